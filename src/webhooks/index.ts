/** The door of the webhooks room: what platforms send by themselves. */
export { webhookRoutes } from "./routes.ts";
