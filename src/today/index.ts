/** The door of the Today room: the first page a creator sees. */
import type { FastifyInstance } from "fastify";
import type { Wired } from "../wiring.ts";

/** Registers `/`; expects webFoundation and visitors on the same scope. */
export async function todayRoutes(app: FastifyInstance, wired: Wired): Promise<void> {
  void app;
  void wired;
}
