/** What is served while the key does not fit: one page that says so, nothing else. */
import type { FastifyInstance } from "fastify";
import type { House } from "../house.ts";

export async function lockedRoutes(app: FastifyInstance, { house }: { house: House }): Promise<void> {
  app.setNotFoundHandler((_request, reply) =>
    reply
      .code(503)
      .type("text/html; charset=utf-8")
      .send(house.views.render("errors/locked", { reason: house.vault.locked })),
  );
}
