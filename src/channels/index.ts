/** The door of the channels room: connecting, keeping signed in, disconnecting. */
export { Channels } from "./channels.ts";
export { sandboxSecret, type AppCredentials } from "./apps.ts";
export { vendorCallbacks } from "./callback-routes.ts";
export { channelRoutes } from "./routes.ts";
export type { ChannelHealth, ChannelView, Receipt } from "./views.ts";
