/** Administration: the owner's alone; strangers and members find nothing there. */
import assert from "node:assert/strict";
import test from "node:test";
import { createInvite } from "../../src/accounts/index.ts";
import { Guest } from "../accounts/guest.ts";
import { ada, startTestServer } from "../support/server.ts";

test("administration", async (t) => {
  const server = await startTestServer({
    settings: { TIKTOK_CLIENT_ID: "id-1", TIKTOK_CLIENT_SECRET: "very-secret-1" },
  });
  t.after(() => server.close());
  const { house } = server.running.wired;
  const owner = new Guest(server);
  await owner.signUp(ada);
  const id = house.db.get<{ id: string }>("SELECT id FROM accounts")!.id;
  const member = new Guest(server);
  await member.signUp(
    { name: "Bob", email: "bob@example.org", password: "another long password" },
    createInvite(house, id, ""),
  );
  await member.get("/settings");

  await t.test("a member gets 404 everywhere, a stranger the sign-in page", async () => {
    assert.equal((await member.get("/admin")).status, 404);
    assert.doesNotMatch((await member.get("/settings")).html, /href="\/admin"/);
    for (const path of ["/admin/sign-up", "/admin/invites", "/admin/invites/x/withdraw", "/admin/key-copy"])
      assert.equal((await member.post(path, { signUp: "open" })).status, 404, path);
    assert.equal(house.db.get("SELECT 1 FROM settings WHERE name = 'sign_up'"), undefined);
    assert.match((await new Guest(server).get("/admin")).headers.get("location") ?? "", /^\/sign-in\?next=%2Fadmin/);
  });

  await t.test("the page shows accounts, health and settings, and no secret", async () => {
    const { status, text, html } = await owner.get("/admin");
    assert.equal(status, 200);
    assert.match(text, /Everything is running/);
    assert.match(text, /ada@example\.org.*bob@example\.org/);
    assert.match(text, /TIKTOK_CLIENT_SECRET \(hidden\)/);
    assert.ok(!html.includes("very-secret-1"));
    assert.match(html, /href="\/admin\/platforms"/);
  });

  await t.test("it asks for a copy of the key until one is confirmed", async () => {
    const before = await owner.get("/admin");
    assert.match(before.text, /Keep a copy of the master key elsewhere/);
    assert.ok(before.text.includes(house.config.masterKeyFile));
    assert.ok(before.text.includes(house.vault.fingerprint));
    assert.equal((await owner.post("/admin/key-copy")).status, 303);
    assert.doesNotMatch((await owner.get("/admin")).text, /Keep a copy of the master key elsewhere/);
  });

  await t.test("an invite can be withdrawn before it is used", async () => {
    const { html } = await owner.post("/admin/invites", { note: "For Eve" });
    const secret = /invite=([\w-]+)/.exec(html)?.[1] ?? "";
    const page = await owner.get("/admin");
    assert.match(page.text, /For Eve until/);
    assert.ok(!page.html.includes(secret), "shown once");
    const [, invite = ""] = /\/admin\/invites\/([\w-]+)\/withdraw/.exec(page.html) ?? [];
    assert.equal((await owner.post(`/admin/invites/${invite}/withdraw`)).status, 303);
    assert.equal((await new Guest(server).get(`/sign-up?invite=${secret}`)).status, 403);
    assert.equal((await owner.post(`/admin/invites/${invite}/withdraw`)).status, 404);
  });
});
