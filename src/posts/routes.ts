/** The pages where a creator works: compose, the post page and the list of posts. */
import type { FastifyInstance } from "fastify";
import type { Wired } from "../wiring.ts";
import { composeRoutes } from "./pages/compose-routes.ts";
import { listRoutes } from "./pages/list-routes.ts";
import { liveRoutes } from "./pages/live.ts";
import { showRoutes } from "./pages/show-routes.ts";

/** Registers every page of this room; expects webFoundation and visitors on the same scope. */
export async function postRoutes(app: FastifyInstance, wired: Wired): Promise<void> {
  composeRoutes(app, wired);
  listRoutes(app, wired);
  showRoutes(app, wired);
  liveRoutes(app, wired);
}
