/** The door of the Today room: the first page a creator sees. */
import type { FastifyInstance } from "fastify";
import { sendPage, visitorOf } from "../web/index.ts";
import type { Wired } from "../wiring.ts";
import { todayView } from "./today.ts";

/** Registers `/`; expects webFoundation and visitors on the same scope. */
export async function todayRoutes(app: FastifyInstance, wired: Wired): Promise<void> {
  app.get("/", async (request, reply) => {
    const view = todayView(wired, visitorOf(request).workspace);
    return sendPage(wired.house, request, reply, "today/today", { view }, { title: "Today", nav: "today" });
  });
}
