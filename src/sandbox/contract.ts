/** What one sandbox platform brings: its hosts and its routes; the sandbox adds faults, bodies, feed and memory. */
import type { FastifyInstance } from "fastify";
import type { World } from "./world.ts";

export interface SandboxPlatform {
  /** Same id as the platform module. */
  id: string;
  name: string;
  /** Real hosts it answers for; a request to `<sandbox>/<host>/<path>` reaches the route `/<host>/<path>`. */
  hosts: readonly string[];
  /**
   * Registers routes such as `app.post("/open.tiktokapis.com/v2/user/info/", …)`.
   * Bodies: JSON and form bodies arrive as raw text in `request.body` (a string; parse it as strictly as the vendor does,
   * see bodies.ts), every other type as a Readable that has not been read.
   */
  routes(app: FastifyInstance, world: World): void;
  /** Switches of `world.behaviour(id, …)` with their values, for the control page and for tests. */
  behaviours: ReadonlyArray<{ name: string; values: readonly string[]; about: string }>;
}
