/** Two questions for machines: is the process up, and can it do its work. */
import type { FastifyInstance } from "fastify";
import type { House } from "../house.ts";

export async function healthRoutes(app: FastifyInstance, { house }: { house: House }): Promise<void> {
  app.get("/healthz", async (_request, reply) => reply.header("cache-control", "no-store").send({ status: "up" }));
  app.get("/readyz", async (_request, reply) => {
    const parts = readiness(house);
    const ready = Object.values(parts).every(Boolean);
    return reply
      .code(ready ? 200 : 503)
      .header("cache-control", "no-store")
      .send({ status: ready ? "ready" : "not ready", ...parts });
  });
}

export interface Readiness {
  /** Takes a write. */
  database: boolean;
  scheduler: boolean;
  key: boolean;
}

/** What /readyz answers from, and what the admin page shows. */
export function readiness(house: House): Readiness {
  return { database: writable(house), scheduler: house.runner.started, key: house.vault.locked === null };
}

function writable(house: House): boolean {
  try {
    house.db.transaction(() =>
      house.db.run(
        "INSERT INTO settings (name, value) VALUES ('readyz', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [String(house.clock.now())],
      ),
    );
    return true;
  } catch {
    return false;
  }
}
