/** The door of the admin room: what only the owner of the instance sees. */
export { adminRoutes } from "./routes.ts";
