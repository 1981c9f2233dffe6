/** Finds out who is asking, once per request, from the session cookie's row. */
import type { FastifyInstance } from "fastify";
import type { House } from "../house.ts";
import { setVisitor } from "../web/index.ts";
import { findSession } from "./sessions.ts";

interface Person {
  id: string;
  name: string;
  email: string;
  time_zone: string;
  is_owner: 0 | 1;
  workspace_id: string;
  workspace_name: string;
  workspace_zone: string;
}

export function visitors(app: FastifyInstance, house: House): void {
  app.addHook("onRequest", async (request) => {
    const secret = request.session.get("sid");
    if (!secret) return;
    const session = findSession(house, secret);
    const person = session && findPerson(house, session.account_id);
    // Not session.delete(): that would throw away the CSRF secret of the page shown next, sign-in above all.
    if (!person) return void request.session.set("sid", undefined);
    setVisitor(request, {
      account: {
        id: person.id,
        name: person.name,
        email: person.email,
        timeZone: person.time_zone,
        isOwner: person.is_owner === 1,
      },
      workspace: { id: person.workspace_id, name: person.workspace_name, timeZone: person.workspace_zone },
      sessionId: session.id,
    });
  });
}

function findPerson(house: House, accountId: string): Person | undefined {
  return house.db.get<Person>(
    `SELECT a.id, a.name, a.email, a.time_zone, a.is_owner, w.id AS workspace_id, w.name AS workspace_name, w.time_zone AS workspace_zone
     FROM accounts a JOIN memberships m ON m.account_id = a.id JOIN workspaces w ON w.id = m.workspace_id
     WHERE a.id = ? ORDER BY m.created_at LIMIT 1`,
    [accountId],
  );
}
