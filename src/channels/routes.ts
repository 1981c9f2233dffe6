/** Pages of the channels room. */
import type { FastifyInstance } from "fastify";
import type { Wired } from "../wiring.ts";
import { deletionPages } from "./callback-routes.ts";
import { connectRoutes } from "./connect-routes.ts";
import { disconnectRoutes } from "./disconnect-routes.ts";
import { listRoutes } from "./list-routes.ts";
import { platformRoutes } from "./platform-routes.ts";

/** Expects webFoundation and visitors on the same scope. */
export async function channelRoutes(
  app: FastifyInstance,
  { house, channels }: Pick<Wired, "house" | "channels">,
): Promise<void> {
  listRoutes(app, house, channels);
  connectRoutes(app, house, channels);
  disconnectRoutes(app, house, channels);
  platformRoutes(app, house, channels);
  deletionPages(app, house, channels);
}
