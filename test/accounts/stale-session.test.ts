/** A browser whose session has ended signs in again at the first try: its stale cookie stands in nobody's way. */
import assert from "node:assert/strict";
import test from "node:test";
import { ada, startTestServer } from "../support/server.ts";
import { Guest } from "./guest.ts";

test("after a session ended, the sign-in page works at once, and so does one that was open already", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  const guest = new Guest(server);
  await guest.signUp(ada);
  server.clock.push(8 * 24 * 3600_000);
  assert.equal(await guest.isIn(), false);
  assert.equal((await guest.signIn(ada.email, ada.password)).status, 303);
  assert.equal(await guest.isIn(), true);

  server.clock.push(8 * 24 * 3600_000);
  const late = await guest.post("/settings/name", { name: "Ada" });
  assert.equal(late.status, 401, "a form of the ended session asks to sign in");
  assert.match(late.text, /Please sign in/);
});
