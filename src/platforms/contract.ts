/** What a platform module promises and what it is handed; a file a topic in contract/. */
export * from "./contract/errors.ts";
export type * from "./contract/session.ts";
export type * from "./contract/oauth.ts";
export type * from "./contract/draft.ts";
export type * from "./contract/panel.ts";
export type * from "./contract/delivery.ts";
export type * from "./contract/pushed.ts";
export * from "./contract/platform.ts";
export type * from "./contract/taken-back.ts";
