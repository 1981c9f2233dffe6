/** /.well-known/security.txt (RFC 9116): whom to tell about a weakness of this install, when its operator named somebody. */
import type { FastifyInstance } from "fastify";
import type { House } from "../house.ts";

const DAY_MS = 24 * 3600_000;
/** The text must end within a year; it is made afresh each time. */
const GOOD_FOR_DAYS = 180;

export async function securityText(app: FastifyInstance, { house }: { house: House }): Promise<void> {
  const contact = house.config.securityContact;
  if (contact === null) return;
  app.get("/.well-known/security.txt", async (_request, reply) => {
    const ends = (Math.floor(house.clock.now() / DAY_MS) + GOOD_FOR_DAYS) * DAY_MS;
    const lines = [
      `Contact: ${contact}`,
      `Expires: ${new Date(ends).toISOString()}`,
      "Preferred-Languages: en",
      `Canonical: ${house.publicUrl}/.well-known/security.txt`,
    ];
    return reply
      .type("text/plain; charset=utf-8")
      .header("cache-control", "public, max-age=3600")
      .send(`${lines.join("\n")}\n`);
  });
}
