/** A saved cookie is worth nothing once its session ended, however it ended; signing out, fixation and times are in test/accounts/sessions.test.ts. */
import assert from "node:assert/strict";
import test from "node:test";
import { changePassword, findByEmail, hashPassword, revokeOtherSessions } from "../../src/accounts/index.ts";
import { ada, startTestServer } from "../support/server.ts";
import { Guest } from "../accounts/guest.ts";

test("a saved cookie after every way a session can end", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  const { house } = server.running.wired;
  const owner = new Guest(server);
  await owner.signUp(ada);
  const saved = async (): Promise<Guest> => {
    const guest = new Guest(server);
    assert.equal((await guest.signIn(ada.email, ada.password)).status, 303);
    assert.equal(await guest.isIn(), true);
    const thief = new Guest(server);
    thief.cookies = new Map(guest.cookies);
    return thief;
  };
  const newest = (): string => house.db.get<{ id: string }>("SELECT id FROM sessions ORDER BY id DESC LIMIT 1")!.id;

  await t.test("ended from the list", async () => {
    const thief = await saved();
    await owner.get("/settings");
    assert.equal((await owner.post(`/settings/sessions/${newest()}/end`)).status, 303);
    assert.equal(await thief.isIn(), false);
  });

  await t.test("all others ended", async () => {
    const thieves = [await saved(), await saved()];
    await owner.get("/settings");
    assert.equal((await owner.post("/settings/sessions/end-others")).status, 303);
    for (const thief of thieves) assert.equal(await thief.isIn(), false);
    assert.equal(await owner.isIn(), true);
  });

  await t.test("the password was changed, also by the owner of the saved cookie", async () => {
    const thief = await saved();
    await owner.get("/settings");
    const before = new Guest(server);
    before.cookies = new Map(owner.cookies);
    const password = "a wholly different password";
    const fields = { currentPassword: ada.password, password, endOthers: "yes" };
    assert.equal((await owner.post("/settings/password", fields)).status, 303);
    assert.equal(await thief.isIn(), false);
    assert.equal(await before.isIn(), false, "the session in hand goes on under a new secret");
    assert.equal(await owner.isIn(), true);
    changePassword(house, findByEmail(house, ada.email)!.id, await hashPassword(ada.password));
  });

  await t.test("the password was reset on the command line", async () => {
    const thief = await saved();
    revokeOtherSessions(house, findByEmail(house, ada.email)!.id, null);
    assert.equal(await thief.isIn(), false);
    await owner.signIn(ada.email, ada.password);
  });

  await t.test("what a browser sends as other cookies opens nothing", async () => {
    const thief = new Guest(server);
    for (const value of ["", ";", "%00", "a".repeat(4000), "AAAA;BBBB", owner.cookies.get("dev")!, "[object Object]"]) {
      thief.cookies = new Map([["sid", encodeURIComponent(value)]]);
      assert.equal(await thief.isIn(), false, value.slice(0, 20));
    }
    thief.cookies = new Map([["__Host-sid", owner.cookies.get("sid")!]]);
    assert.equal(await thief.isIn(), false, "the cookie has one name");
    thief.cookies = new Map([["dev", owner.cookies.get("dev")!]]);
    assert.equal(await thief.isIn(), false, "a known browser is not a signed-in one");
  });
});
