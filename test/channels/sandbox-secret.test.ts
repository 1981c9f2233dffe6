/** The app that Postern has in its own sandbox: its secret is the install's, so nobody else signs in the platforms' names. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import test, { type TestContext } from "node:test";
import { people } from "../../src/sandbox/meta/seeds.ts";
import { tell } from "../../src/sandbox/tiktok/webhooks.ts";
import type { Robot } from "../support/robot.ts";
import { everyByte, leaks, signUp, startTestServer, type TestServer } from "../support/server.ts";
import { HARBOUR, MINUTE } from "./desk.ts";

async function open(t: TestContext): Promise<{ server: TestServer; robot: Robot }> {
  const server = await startTestServer();
  t.after(() => server.close());
  return { server, robot: await signUp(server) };
}

async function connect(server: TestServer, robot: Robot, name: string): Promise<void> {
  await robot.open(`${server.url}/channels`);
  await robot.press(`Connect ${name}`);
  await robot.press("Allow");
}

const states = (server: TestServer) =>
  server.running.wired.house.db
    .all<{ state: string }>("SELECT state FROM channels ORDER BY platform")
    .map((row) => row.state);

/** Has Meta say that a person wants their data erased, signed with `secret`. */
async function erase(server: TestServer, secret: string): Promise<number> {
  const said = { algorithm: "HMAC-SHA256", issued_at: Math.floor(server.clock.now() / 1000), user_id: people[0]?.id };
  const body = Buffer.from(JSON.stringify(said)).toString("base64url");
  const signed = `${createHmac("sha256", secret).update(body).digest("base64url")}.${body}`;
  const form = new URLSearchParams({ signed_request: signed });
  return (await fetch(`${server.url}/auth/facebook/data-deletion`, { method: "POST", body: form })).status;
}

async function withdraw(server: TestServer, secret: string): Promise<number> {
  const time = Math.floor(server.clock.now() / 1000);
  const event = { event: "authorization.removed", create_time: time, user_openid: HARBOUR, content: '{"reason":1}' };
  const body = JSON.stringify({ client_key: "sandbox", ...event });
  const hash = createHmac("sha256", secret).update(`${time}.${body}`).digest("hex");
  const headers = { "content-type": "application/json", "tiktok-signature": `t=${time},s=${hash}` };
  return (await fetch(`${server.url}/webhooks/tiktok`, { method: "POST", headers, body })).status;
}

test("what anybody could sign erases and withdraws nothing, what the sandbox signs does", async (t) => {
  const { server, robot } = await open(t);
  // As an older version left it, when the word was the same everywhere.
  server.world.collection("meta.apps").put("sandbox", { clientId: "sandbox", secret: "sandbox" });
  for (const name of ["Facebook", "TikTok"]) await connect(server, robot, name);
  server.clock.push(MINUTE);
  for (const guess of ["sandbox", "postern"]) {
    assert.equal(await erase(server, guess), 400, guess);
    assert.equal(await withdraw(server, guess), 401, guess);
  }
  assert.deepEqual(states(server), ["ready", "ready"]);

  server.world.setBehaviour("tiktok", "webhook", `${server.url}/webhooks/tiktok`);
  tell(server.world, "authorization.removed", HARBOUR, '{"reason":1}');
  for (let n = 0; n < 200 && states(server)[1] === "ready"; n += 1) await new Promise((go) => setTimeout(go, 10));
  assert.deepEqual(states(server), ["ready", "revoked"]);
  assert.equal(await erase(server, server.world.appSecret), 200);
  assert.deepEqual(states(server), ["revoked", "revoked"]);
});

test("the secret is the same after a restart and another in every install; a sandbox elsewhere is told none", async (t) => {
  const { server } = await open(t);
  const other = (await open(t)).server;
  const apart = await startTestServer({ separateSandbox: true });
  t.after(() => apart.close());
  const secretOf = (one: TestServer) => one.running.wired.channels.app("facebook")?.clientSecret ?? "";
  const own = secretOf(server);
  assert.match(own, /^[0-9a-f]{64}$/);
  assert.notEqual(secretOf(other), own);
  assert.deepEqual([secretOf(apart), apart.world.appSecret], ["sandbox", "sandbox"]);
  await server.restart();
  assert.deepEqual([secretOf(server), server.world.appSecret], [own, own]);
});

test("who does not know the secret gets no token of Meta's, cannot take the app's place, and finds it in no file", async (t) => {
  const { server, robot } = await open(t);
  const address = `${server.url}/sandbox/graph.facebook.com/v25.0/oauth/access_token`;
  const form = { client_id: "sandbox", client_secret: "sandbox", code: "x", redirect_uri: `${server.url}/` };
  const reply = await fetch(address, { method: "POST", body: new URLSearchParams(form) });
  assert.match(await reply.text(), /Error validating client secret/);
  for (const name of ["Facebook", "Instagram"]) await connect(server, robot, name);
  assert.deepEqual(states(server), ["ready", "ready"]);
  assert.deepEqual(leaks(everyByte(server), [{ kind: "app secret", secret: server.world.appSecret }]), []);
});
