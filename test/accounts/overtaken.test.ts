/** Comparing passwords takes its turn: what is decided meanwhile counts, not what was true when the request came. */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { changePassword, findByEmail, hasPassword, storeHash } from "../../src/accounts/accounts.ts";
import { hashPassword } from "../../src/accounts/passwords.ts";
import { confirmSession, revokeOtherSessions } from "../../src/accounts/sessions.ts";
import { ada, startTestServer } from "../support/server.ts";
import { Guest } from "./guest.ts";

async function open(t: TestContext) {
  const server = await startTestServer();
  t.after(() => server.close());
  const guest = new Guest(server);
  await guest.signUp(ada);
  const { house } = server.running.wired;
  const account = () => findByEmail(house, ada.email)!;
  const waits = async (counter: string): Promise<void> => {
    for (let i = 0; i < 400; i += 1) {
      if (house.db.get("SELECT 1 FROM throttles WHERE name = ?", [counter])) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.fail(`${counter} was never counted`);
  };
  const changed = await hashPassword("another long password");
  /** What the owner does elsewhere: another password, and every session ends. */
  const shutOut = (): void => {
    changePassword(house, account().id, changed);
    revokeOtherSessions(house, account().id, null);
  };
  return { server, guest, house, account, waits, shutOut };
}

test("a password that was changed while it was compared does not fit", async (t) => {
  const { house, account, shutOut } = await open(t);
  const before = account();
  assert.equal(await hasPassword(house, before, ada.password), true);
  const compared = hasPassword(house, before, ada.password);
  shutOut();
  assert.equal(await compared, false);
  assert.equal(storeHash(house, before.id, before.password_hash, before.password_hash), false, "nor is it put back");
  assert.equal(changePassword(house, before.id, before.password_hash, before.password_hash), false);
  const session = house.db.get<{ id: string }>("SELECT id FROM sessions LIMIT 1")!;
  assert.equal(confirmSession(house, session.id), null, "an ended session is not renewed");
});

test("the same password under another hash still fits", async (t) => {
  const { house, account } = await open(t);
  const before = account();
  const anew = await hashPassword(ada.password);
  const compared = hasPassword(house, before, ada.password);
  assert.equal(storeHash(house, before.id, anew, before.password_hash), true);
  assert.equal(await compared, true);
});

test("signing in with the old password, begun before it was changed, opens nothing", async (t) => {
  const { server, house, waits, shutOut } = await open(t);
  const stranger = new Guest(server);
  await stranger.get("/sign-in");
  const answer = stranger.post("/sign-in", { email: ada.email, password: ada.password });
  await waits(`sign-in/account/${ada.email}`);
  shutOut();
  assert.equal((await answer).status, 422);
  assert.equal(house.db.get("SELECT 1 FROM sessions WHERE revoked_at IS NULL"), undefined);
});

test("a session that ended meanwhile does not change the address it belongs to", async (t) => {
  const { guest, account, waits, shutOut } = await open(t);
  await guest.get("/settings");
  const answer = guest.post("/settings/email", { email: "thief@example.org", currentPassword: ada.password });
  await waits(`password-check/${account().id}`);
  shutOut();
  await answer;
  assert.equal(account()?.email, ada.email);
});
