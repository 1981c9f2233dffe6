/** The door of the media room: files as they arrived, what was measured of them, and their pages. */
export { MediaLibrary, type Incoming } from "./library.ts";
export type { MediaPage, MediaQuery } from "./list-media.ts";
export type { Description, MediaUse } from "./media.ts";
export { mediaRoutes } from "./routes.ts";
export { publicMediaRoutes } from "./public-routes.ts";
export { summaryOf } from "./words.ts";
export { blameForm, formParts } from "./form-parts.ts";
