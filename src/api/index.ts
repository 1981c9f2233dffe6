/** The door of the REST API. */
export { apiRoutes } from "./routes.ts";
export { apiClocks } from "./idempotency.ts";
export { answerUnreadableCall } from "./problem-json.ts";
