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
      .send({
        status: ready ? "ready" : "not ready",
        ...parts,
        ...(ready ? {} : { problem: problemOf(house, parts) }),
      });
  });
}

export interface Readiness {
  /** Took a write, now or within the last two seconds. */
  database: boolean;
  scheduler: boolean;
  key: boolean;
}

/** What /readyz answers from, and what the admin page shows. */
export function readiness(house: House): Readiness {
  return { database: refusedWrite(house) === null, scheduler: house.runner.started, key: house.vault.locked === null };
}

/** What the operator does about it, in a sentence; no path and no secret, because anybody may ask. */
function problemOf(house: House, parts: Readiness): string {
  if (!parts.key)
    return "The master key is missing or does not fit. Put the right key in place and start Postern again.";
  if (!parts.scheduler) return "Postern is starting or stopping.";
  const refused = refusedWrite(house);
  return refused === "SQLITE_FULL"
    ? "The disk is full, so nothing can be published. Free some space; what is due goes out then."
    : `The database cannot be written (${refused ?? "for a moment"}), so nothing can be published. Run doctor on the machine.`;
}

interface Tried {
  /** UTC ms. */
  at: number;
  /** SQLite's code, or null when it took the write. */
  refused: string | null;
}

/** Anybody may ask, and everybody waits while the disk takes a write: what was found holds for this long. */
const HOLDS_MS = 2000;
const lastTried = new WeakMap<House, Tried>();

function refusedWrite(house: House): string | null {
  const at = house.clock.now();
  const known = lastTried.get(house);
  // Either way: a clock that was set back says nothing about how long ago it was.
  if (known && Math.abs(at - known.at) < HOLDS_MS) return known.refused;
  const refused = tryToWrite(house);
  lastTried.set(house, { at, refused });
  return refused;
}

function tryToWrite(house: House): string | null {
  try {
    house.db.transaction(() =>
      house.db.run(
        "INSERT INTO settings (name, value) VALUES ('readyz', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [String(house.clock.now())],
      ),
    );
    return null;
  } catch (error) {
    return String((error as { code?: string }).code ?? "unknown");
  }
}
