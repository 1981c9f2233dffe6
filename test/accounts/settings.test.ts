/** The settings page: every form works without script, comes back with its values, and touches only its own account. */
import assert from "node:assert/strict";
import test from "node:test";
import { createInvite } from "../../src/accounts/index.ts";
import { ada, startTestServer } from "../support/server.ts";
import { Guest } from "./guest.ts";

const bob = { name: "Bob", email: "bob@example.org", password: "another long password" };

test("settings", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  const { house } = server.running.wired;
  const guest = new Guest(server);
  await guest.signUp(ada);
  const invited = new Guest(server);
  const owner = house.db.get<{ id: string }>("SELECT id FROM accounts")!.id;
  await invited.signUp(bob, createInvite(house, owner, ""));
  await guest.get("/settings");
  await invited.get("/settings");
  const account = () =>
    house.db.get<{ name: string; email: string; password_hash: string }>("SELECT * FROM accounts WHERE id = ?", [
      owner,
    ])!;
  const audited = (action: string) =>
    house.db.all<{ outcome: string; facts: string }>("SELECT outcome, facts FROM audit_log WHERE action = ?", [action]);

  await t.test("name", async () => {
    const empty = await guest.post("/settings/name", { name: "   " });
    assert.equal(empty.status, 422);
    assert.match(empty.html, /id="name"[^>]*aria-invalid="true"[^>]*aria-describedby="name-about"/);
    assert.equal(
      (await guest.post("/settings/name", { name: "Ada <b>L</b>" })).headers.get("location"),
      "/settings#you",
    );
    assert.equal(account().name, "Ada <b>L</b>");
    const shown = await guest.get("/settings");
    assert.match(shown.text, /Your name is changed/);
    assert.ok(!shown.html.includes("<b>L</b>"), "written out, not let through");
    assert.doesNotMatch((await guest.get("/settings")).text, /Your name is changed/, "said once");
  });

  await t.test("email needs the current password and an address nobody has", async () => {
    const change = (email: string, currentPassword: string) =>
      guest.post("/settings/email", { email, currentPassword });
    const wrong = await change("new@example.org", "not the password");
    assert.equal(wrong.status, 422);
    assert.match(wrong.html, /value="new@example.org"/);
    assert.match(wrong.html, /id="email-password-about">That is not your current password/);
    const taken = await change("BOB@example.org", ada.password);
    assert.equal(taken.status, 422);
    assert.match(taken.html, /id="email-about">There is an account with this address/);
    assert.equal(account().email, ada.email);
    assert.equal((await change("Ada@New.example", ada.password)).status, 303);
    assert.equal(account().email, "Ada@New.example");
    assert.equal((await new Guest(server).signIn("ada@new.example", ada.password)).status, 303);
    assert.equal((await new Guest(server).signIn(ada.email, ada.password)).status, 422);
    assert.equal(audited("account.email_changed").length, 1);
  });

  await t.test("password needs the current one, keeps the rules, and ends the others when asked", async () => {
    const other = new Guest(server);
    await other.signIn("ada@new.example", ada.password);
    const before = account().password_hash;
    const change = (fields: Record<string, string>) => guest.post("/settings/password", fields);
    const wrong = await change({ currentPassword: "no", password: "a new long password" });
    assert.match(wrong.html, /id="password-current-about">That is not your current password/);
    const weak = await change({ currentPassword: ada.password, password: "iloveyou" });
    assert.match(weak.html, /id="password-new-about">/);
    assert.equal(account().password_hash, before);
    assert.equal((await change({ currentPassword: ada.password, password: "a new long password" })).status, 303);
    assert.equal(await other.isIn(), true, "not asked to end it");
    await guest.get("/settings");
    const ended = { currentPassword: "a new long password", password: " spaces stay spaces ", endOthers: "yes" };
    assert.equal((await change(ended)).status, 303);
    assert.equal(await other.isIn(), false);
    assert.equal(await guest.isIn(), true);
    assert.equal((await new Guest(server).signIn("ada@new.example", "spaces stay spaces")).status, 422);
    assert.equal((await new Guest(server).signIn("ada@new.example", " spaces stay spaces ")).status, 303);
  });

  await t.test("sessions: the list marks this one; others are ended one by one or together", async () => {
    const phone = new Guest(server);
    phone.userAgent = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile/15E Safari/604.1";
    await phone.signIn("ada@new.example", " spaces stay spaces ");
    const { text, html } = await guest.get("/settings");
    assert.match(text, /Firefox on Linux This one/);
    assert.match(text, /Safari on iPhone 127\.0\.0\.x · last seen now/);
    const [, id = ""] = /Safari on iPhone[\s\S]*?\/settings\/sessions\/([\w-]+)\/end/.exec(html) ?? [];
    assert.equal((await invited.post(`/settings/sessions/${id}/end`)).status, 404, "not a stranger's");
    assert.equal(await phone.isIn(), true);
    assert.equal((await guest.post(`/settings/sessions/${id}/end`)).status, 303);
    assert.equal(await phone.isIn(), false);
    assert.equal((await guest.post(`/settings/sessions/${id}/end`)).status, 404, "it is over");

    const tablet = new Guest(server);
    await tablet.signIn("ada@new.example", " spaces stay spaces ");
    assert.equal((await guest.post("/settings/sessions/end-others")).status, 303);
    assert.deepEqual([await tablet.isIn(), await guest.isIn(), await invited.isIn()], [false, true, true]);
  });

  await t.test("API keys are shown once, stored as a hash, and revoked by their owner alone", async () => {
    const made = await guest.post("/settings/api-keys", { name: "Backup script", access: "read" });
    assert.equal(made.status, 200);
    const secret = /pst_[\w-]{43}[0-9a-f]{6}/.exec(made.html)?.[0] ?? "";
    assert.equal(secret.length, 53);
    const page = await guest.get("/settings");
    assert.ok(!page.html.includes(secret));
    assert.match(page.text, /Backup script.*May only read · works until \d+ \w+ \d{4} · never used/);
    const row = house.db.get<{ id: string; scopes: string }>("SELECT * FROM api_keys")!;
    assert.ok(!JSON.stringify(row).includes(secret.slice(8, -6)));
    assert.equal(row.scopes, '["read"]');

    assert.equal((await invited.post(`/settings/api-keys/${row.id}/revoke`)).status, 404);
    assert.equal((await guest.post(`/settings/api-keys/${row.id}/revoke`)).status, 303);
    assert.doesNotMatch((await guest.get("/settings")).text, /Backup script/);
    const nameless = await guest.post("/settings/api-keys", { name: "", access: "write" });
    assert.match(nameless.html, /id="key-name-about">Name it/);
  });

  await t.test("ending the session one is in leads to sign-in", async () => {
    const { html } = await invited.get("/settings");
    const [, id = ""] = /\/settings\/sessions\/([\w-]+)\/end/.exec(html) ?? [];
    assert.equal((await invited.post(`/settings/sessions/${id}/end`)).headers.get("location"), "/sign-in");
    assert.equal(await invited.isIn(), false);
  });

  await t.test("what was done stands in the audit log, without a secret", () => {
    for (const action of [
      "auth.sign_up",
      "auth.sign_in",
      "account.password_changed",
      "session.ended",
      "api_key.created",
    ])
      assert.ok(audited(action).length > 0, action);
    assert.ok(audited("auth.sign_in").some((row) => row.outcome === "refused"));
    const all = JSON.stringify(house.db.all("SELECT * FROM audit_log"));
    assert.doesNotMatch(all, /password"|pst_|argon2|spaces stay/);
  });
});
