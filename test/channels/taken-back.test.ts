/** Meta's callbacks against a whole Postern: access taken back, data erased, a status page; strangers find no door. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import test, { type TestContext } from "node:test";
import { people } from "../../src/sandbox/meta/seeds.ts";
import { Panel } from "../support/panel.ts";

const [MIRA = ""] = people.map((person) => person.id);

async function open(t: TestContext, platforms: string[]): Promise<Panel> {
  const panel = await Panel.open(platforms);
  t.after(() => panel.close());
  panel.sandbox.clock.push(5000);
  return panel;
}

function signed(panel: Panel, person: object, secret = "sandbox"): string {
  const issued_at = Math.floor(panel.sandbox.clock.now() / 1000);
  const body = Buffer.from(JSON.stringify({ algorithm: "HMAC-SHA256", issued_at, ...person })).toString("base64url");
  return `${createHmac("sha256", secret).update(body).digest("base64url")}.${body}`;
}

function call(panel: Panel, path: string, request: string): Promise<Response> {
  // As a server does it: no cookie, no origin.
  return fetch(`${panel.url}/auth/${path}`, { method: "POST", body: new URLSearchParams({ signed_request: request }) });
}

const rows = (panel: Panel) =>
  panel.server.wired.house.db.all<Record<string, string | null>>("SELECT * FROM channels ORDER BY created_at, id");

test("a person who removes the app is signed out at once, tokens gone; who connects again afterwards stays", async (t) => {
  const panel = await open(t, ["Facebook"]);
  const request = signed(panel, { user_id: MIRA });
  const reply = await call(panel, "facebook/deauthorize", request);
  assert.deepEqual([reply.status, await reply.text()], [200, ""]);
  const [row] = rows(panel);
  assert.deepEqual([row?.["state"], row?.["access_token_sealed"]], ["revoked", null]);
  assert.match(row?.["state_reason"] ?? "", /was removed at Facebook/);
  panel.sandbox.clock.push(5000);
  await panel.connect("Facebook");
  assert.equal(rows(panel)[0]?.["state"], "ready");
  assert.equal((await call(panel, "facebook/deauthorize", request)).status, 200);
  assert.equal(rows(panel)[0]?.["state"], "ready", "an old request played again changes nothing");
});

test("data are erased, a code leads to a page in words, and asking again gives the same code", async (t) => {
  const panel = await open(t, ["Facebook", "Instagram"]);
  const [facebook, instagram] = rows(panel);
  const reply = await call(panel, "facebook/data-deletion", signed(panel, { user_id: MIRA }));
  assert.equal(reply.status, 200);
  assert.match(reply.headers.get("content-type") ?? "", /^application\/json/);
  const said = (await reply.json()) as { url: string; confirmation_code: string };
  assert.deepEqual(Object.keys(said).sort(), ["confirmation_code", "url"]);
  assert.equal(said.url, `${panel.url}/data-deletion/${said.confirmation_code}`);
  const after = rows(panel);
  const of = (id?: string | null) => after.find((row) => row["id"] === id);
  for (const column of ["remote_id", "name", "handle", "access_token_sealed", "extra_sealed"]) {
    assert.equal(of(facebook?.["id"])?.[column], null, column);
  }
  assert.equal(of(instagram?.["id"])?.["disconnected_at"], null, "the other consent stands");

  const page = await fetch(said.url, { redirect: "manual" });
  assert.equal(page.status, 200);
  const text = await page.text();
  assert.match(text, /Your data are erased/);
  assert.match(text, /of one channel were erased|of 1 channel were erased/);
  assert.doesNotMatch(text, new RegExp(MIRA));

  const again = await call(panel, "facebook/data-deletion", signed(panel, { user_id: MIRA }));
  assert.equal(((await again.json()) as typeof said).confirmation_code, said.confirmation_code);
  const stranger = (await (
    await call(panel, "facebook/data-deletion", signed(panel, { user_id: "77" }))
  ).json()) as typeof said;
  assert.notEqual(stranger.confirmation_code, said.confirmation_code);
  assert.match(await (await fetch(stranger.url)).text(), /Nothing of yours was kept/);
});

test("Instagram's own callbacks name the account by the id that the app sees", async (t) => {
  const panel = await open(t, ["Instagram"]);
  assert.equal(
    (await call(panel, "instagram/deauthorize", signed(panel, { user_id: "25013000000000011" }))).status,
    200,
  );
  assert.equal(rows(panel)[0]?.["state"], "revoked");
  await call(panel, "instagram/data-deletion", signed(panel, { user_id: "25013000000000011" }));
  assert.equal(rows(panel)[0]?.["remote_id"], null);
});

test("what Meta did not sign changes nothing, and there is no other door", async (t) => {
  const panel = await open(t, ["Facebook"]);
  const status = async (path: string, request: string) => (await call(panel, path, request)).status;
  for (const path of ["facebook/deauthorize", "facebook/data-deletion"]) {
    assert.equal(await status(path, signed(panel, { user_id: MIRA }, "guessed")), 400);
    assert.equal(await status(path, ""), 400);
    assert.equal(await status(path, "x".repeat(20_000)), 413);
  }
  assert.equal(await status("tiktok/deauthorize", signed(panel, { user_id: MIRA })), 404);
  assert.equal((await fetch(`${panel.url}/auth/facebook/deauthorize`)).status, 404);
  const json = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };
  assert.equal((await fetch(`${panel.url}/auth/facebook/deauthorize`, json)).status, 415);
  assert.equal((await fetch(`${panel.url}/data-deletion/nobody`)).status, 404);
  assert.equal(rows(panel)[0]?.["state"], "ready");
});

test("a Page without the task stands on the choice with its reason, and cannot be chosen", async (t) => {
  const panel = await open(t, []);
  await panel.robot.open(`${panel.url}/channels`);
  await panel.robot.press("Connect Facebook");
  await panel.robot.press("Allow", { account: people[1]?.id ?? "" });
  assert.ok(panel.robot.has("Harbour Market") && panel.robot.has("lacks the task Content"));
  await panel.robot.press("Connect", { destination: "270000000000031" });
  assert.equal(
    rows(panel).some((row) => row["name"] === "Harbour Market"),
    false,
  );
});
