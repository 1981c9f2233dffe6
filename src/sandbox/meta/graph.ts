/** The part of Meta that several platforms stand on: the dialog, tokens, Pages, and reading objects by id. Registered once. */
import type { FastifyInstance } from "fastify";
import type { World } from "../world.ts";
import { nodeRoutes } from "./nodes.ts";
import { pageRoutes } from "./pages.ts";
import { dialogRoutes } from "./sign-in.ts";
import { tokenRoutes } from "./tokens.ts";

const registered = new WeakSet<FastifyInstance>();

/** Every platform behind Facebook's sign-in may call this; the first one registers the routes. */
export function graphRoutes(app: FastifyInstance, world: World): void {
  if (registered.has(app)) return;
  registered.add(app);
  dialogRoutes(app, world);
  tokenRoutes(app, world);
  pageRoutes(app, world);
  nodeRoutes(app, world);
}
