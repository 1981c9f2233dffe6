/** Every table's row as TypeScript sees it, a file per room. */
export type * from "./accounts.ts";
export type * from "./channels.ts";
export type * from "./jobs.ts";
export type * from "./media.ts";
export type * from "./posts.ts";
export type * from "./publications.ts";
