/** Who may come in: the first person, then only by invite or through a door the owner opened. */
import assert from "node:assert/strict";
import test from "node:test";
import { ada, startTestServer } from "../support/server.ts";
import { Guest } from "./guest.ts";

const bob = { name: "Bob", email: "bob@example.org", password: "another long password" };

test("sign-up: the first account owns the instance, later ones need an invite or an open door", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  const { db } = server.running.wired.house;
  const owner = new Guest(server);
  const accounts = () =>
    db.all<{ email: string; is_owner: number }>("SELECT email, is_owner FROM accounts ORDER BY id");

  await t.test("sign-in leads to sign-up while nobody is here; the fields have their labels", async () => {
    const first = await owner.get("/sign-in");
    assert.equal(first.headers.get("location"), "/sign-up");
    const { html } = await owner.get("/sign-up");
    for (const label of ["Name", "Email", "Password"])
      assert.match(html, new RegExp(`<label for="\\w+">${label}</label>`));
    assert.match(html, /name="email"[^>]*autocomplete="username"/);
    assert.match(html, /name="password"[^>]*autocomplete="new-password"/);
  });

  await t.test("what is wrong comes back beside its field, with what was written but never the password", async () => {
    const wrong = await owner.signUp({ name: " ", email: "not an address", password: "short" });
    assert.equal(wrong.status, 422);
    assert.match(wrong.html, /id="name-about"/);
    assert.match(wrong.html, /value="not an address"[^>]*aria-invalid="true" aria-describedby="email-about"/);
    for (const [password, why] of [
      ["short", /at least 8 characters/],
      ["x".repeat(257), /at most 256/],
      ["password123", /first that are tried/],
      ["Sunshine2026!", /first that are tried/],
      ["PassWord123", /first that are tried/],
      ["postern2026", /made of your name/],
      ["ada12345", /made of your name|name or address/],
    ] as const) {
      const refused = await owner.signUp({ name: "Ada", email: "ada12345@example.org", password });
      assert.equal(refused.status, 422, password);
      assert.match(refused.text, why);
      assert.ok(!refused.html.includes(password) || password === "ada12345", "the password is not sent back");
    }
    assert.deepEqual(accounts(), []);
  });

  await t.test("the first person gets a workspace of their own, in their time zone, and is signed in", async () => {
    const made = await owner.signUp(ada);
    assert.deepEqual([made.status, made.headers.get("location")], [303, "/"]);
    assert.deepEqual(accounts(), [{ email: ada.email, is_owner: 1 }]);
    assert.deepEqual(db.get("SELECT name, time_zone, missed_grace_ms FROM workspaces"), {
      name: "Ada",
      time_zone: "Europe/Paris",
      missed_grace_ms: 3_600_000,
    });
    assert.match(
      db.get<{ h: string }>("SELECT password_hash AS h FROM accounts")!.h,
      /^\$argon2id\$v=19\$m=65536,t=3,p=1\$/,
    );
    assert.equal(await owner.isIn(), true);
  });

  await t.test("then sign-up is closed", async () => {
    const stranger = new Guest(server);
    const page = await stranger.get("/sign-up");
    assert.equal(page.status, 403);
    assert.match(page.text, /Sign-up is closed/);
    assert.equal((await stranger.get("/sign-in")).html.includes("/sign-up"), false, "and is not offered");
    const forced = await stranger.post("/sign-up", bob);
    assert.equal(forced.status, 403);
    assert.equal(accounts().length, 1);
  });

  await t.test("an invite works once", async () => {
    await owner.get("/admin");
    const shown = await owner.post("/admin/invites", { note: "Bob" });
    const invite = /\/sign-up\?invite=([\w-]+)/.exec(shown.html)?.[1] ?? "";
    assert.equal(invite.length, 43);
    assert.equal(
      db.all("SELECT * FROM invites").filter((row) => JSON.stringify(row).includes(invite)).length,
      0,
      "only its hash is kept",
    );
    assert.equal((await new Guest(server).get(`/sign-up?invite=${invite.slice(1)}x`)).status, 403);

    const guest = new Guest(server);
    const failed = await guest.signUp({ ...bob, email: ada.email }, invite);
    assert.equal(failed.status, 422);
    assert.match(failed.text, /account with this address already/);
    assert.equal((await guest.signUp(bob, invite)).status, 303, "a try that failed did not use it up");
    assert.equal(await guest.isIn(), true);
    assert.deepEqual(accounts()[1], { email: bob.email, is_owner: 0 });

    const second = new Guest(server);
    assert.match((await second.get(`/sign-up?invite=${invite}`)).text, /not open any more.*used/);
    await second.get("/sign-in");
    assert.equal((await second.post("/sign-up", { ...bob, email: "eve@example.org", invite })).status, 403);
    assert.equal(accounts().length, 2);
  });

  await t.test("the owner opens the door and closes it", async () => {
    await owner.get("/admin");
    assert.equal((await owner.post("/admin/sign-up", { signUp: "open" })).status, 303);
    const eve = new Guest(server);
    assert.equal((await eve.signUp({ ...bob, email: "eve@example.org" })).status, 303);
    assert.equal((await owner.post("/admin/sign-up", { signUp: "closed" })).status, 303);
    assert.equal((await new Guest(server).get("/sign-up")).status, 403);
  });

  await t.test("an invite ends after seven days", async () => {
    await owner.get("/admin");
    const shown = await owner.post("/admin/invites");
    const invite = /\/sign-up\?invite=([\w-]+)/.exec(shown.html)?.[1] ?? "";
    assert.equal((await new Guest(server).get(`/sign-up?invite=${invite}`)).status, 200);
    server.clock.push(7 * 24 * 3600_000 + 1000);
    assert.equal((await new Guest(server).get(`/sign-up?invite=${invite}`)).status, 403);
  });
});
