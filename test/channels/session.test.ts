/** Keeping signed in: renewal ahead of time, once at a time, never a sign-out by accident. */
import assert from "node:assert/strict";
import test from "node:test";
import { PlatformError } from "../../src/platforms/contract.ts";
import {
  connect,
  DAY,
  flashOf,
  HOUR,
  issued,
  KITCHEN,
  MINUTE,
  only,
  openDesk,
  TIKTOK_TOKEN,
  consent,
  type Desk,
} from "./desk.ts";

const me = { method: "GET", url: "https://open.tiktokapis.com/v2/user/info/", query: { fields: "open_id" } } as const;
const renewals = (desk: Desk): number => issued(desk.server, "tiktok refresh token");

async function connected(t: Parameters<typeof openDesk>[0]) {
  const desk = await openDesk(t);
  await connect(desk, "TikTok");
  const { channels, house } = desk.server.running.wired;
  const { id } = only(desk);
  const row = () =>
    house.db.get<{
      state: string;
      access_token_sealed: string;
      refresh_token_sealed: string;
      access_expires_at: number;
    }>("SELECT state, access_token_sealed, refresh_token_sealed, access_expires_at FROM channels WHERE id = ?", [id])!;
  return { desk, server: desk.server, channels, house, id, row };
}

const isKind =
  (kind: string, more: Partial<PlatformError> = {}) =>
  (error: unknown) => {
    assert.ok(error instanceof PlatformError, String(error));
    assert.equal(error.kind, kind, error.message);
    for (const [name, value] of Object.entries(more)) assert.equal(error[name as keyof PlatformError], value, name);
    return true;
  };

test("a session sends the token, and renews it only when it is about to run out", async (t) => {
  const { desk, server, channels, id, row } = await connected(t);
  const before = row();
  const session = await channels.session(id);
  assert.equal((await session.request(me)).status, 200);
  assert.equal(session.handle, "@harbourclockworks");
  assert.equal(session.extra["username"], "harbourclockworks");
  assert.deepEqual(session.app, { clientId: "sandbox", clientSecret: "sandbox" });
  assert.equal(row().access_token_sealed, before.access_token_sealed);

  server.clock.push(DAY - 4 * MINUTE);
  await channels.session(id);
  const after = row();
  assert.notEqual(after.access_token_sealed, before.access_token_sealed);
  assert.notEqual(after.refresh_token_sealed, before.refresh_token_sealed, "TikTok hands out a new refresh token too");
  assert.ok(after.access_expires_at > server.clock.now() + 23 * HOUR);
  assert.equal(only(desk).state, "ready");

  await t.test("a session that lives longer than its token goes on", async () => {
    server.clock.push(2 * DAY);
    assert.equal((await session.request(me)).status, 200);
  });

  await t.test("auth none sends no token", async () => {
    const reply = await session.request({ ...me, auth: "none" });
    assert.equal(reply.status, 401);
  });
});

test("twenty sessions at once are one renewal", async (t) => {
  const { desk, server, channels, id } = await connected(t);
  server.clock.push(2 * DAY);
  const before = renewals(desk);
  const sessions = await Promise.all(Array.from({ length: 20 }, () => channels.session(id)));
  assert.equal(renewals(desk), before + 1);
  // TikTok took the first tokens back all at once: each session notices, one renewal serves all.
  await Promise.all(sessions.map((session) => session.request(me)));
  await Promise.all(sessions.map((session) => session.renew()));
  assert.equal(renewals(desk), before + 2);
  for (const session of sessions) assert.equal((await session.request(me)).status, 200);
});

test("a fault on the way is never a sign-out", async (t) => {
  const { desk, server, channels, id, row } = await connected(t);
  server.clock.push(2 * DAY);
  const before = row();
  for (const kind of ["refuse", "garbage", "wrong_type"] as const) {
    server.world.faults.arm({ kind, request: TIKTOK_TOKEN });
    await assert.rejects(channels.session(id), isKind("transient"), kind);
  }
  server.world.faults.arm({ kind: "status", status: 503, request: TIKTOK_TOKEN });
  await assert.rejects(channels.session(id), isKind("transient"));
  assert.deepEqual(row(), before, "the old tokens are kept");
  assert.equal(only(desk).state, "ready");
  await channels.session(id);
  assert.equal(only(desk).state, "ready");

  await t.test("a request whose token cannot be renewed was not sent", async () => {
    const session = await channels.session(id);
    server.clock.push(2 * DAY);
    server.world.faults.arm({ kind: "refuse", request: TIKTOK_TOKEN });
    await assert.rejects(session.request(me), isKind("transient", { code: "network", sent: false }));
    assert.equal((await session.request(me)).status, 200);
  });

  await t.test("with minutes left, the old token serves until renewing works again", async () => {
    server.clock.push(DAY - 3 * MINUTE);
    server.world.faults.arm({ kind: "refuse", request: TIKTOK_TOKEN });
    const session = await channels.session(id);
    server.world.faults.arm({ kind: "refuse", request: TIKTOK_TOKEN });
    assert.equal((await session.request(me)).status, 200);
  });

  await t.test("a reply that is lost leaves the question open", async () => {
    const session = await channels.session(id);
    server.world.faults.arm({ kind: "reset_after", request: "GET open.tiktokapis.com/v2/user/info/" });
    await assert.rejects(session.request(me), isKind("transient", { code: "network", sent: true }));
  });

  await t.test("nobody waits longer than their own signal", async () => {
    server.clock.push(2 * DAY);
    await channels.session(id);
    const stop = new AbortController();
    const session = await channels.session(id, stop.signal);
    server.world.faults.arm({ kind: "delay", ms: 400, request: "GET open.tiktokapis.com/v2/user/info/" });
    const asked = session.request(me);
    setTimeout(() => stop.abort(), 20);
    await assert.rejects(asked, isKind("transient", { code: "network" }));
  });
});

test("a lost renewal keeps the channel until the platform refuses for good", async (t) => {
  const { desk, server, channels, id } = await connected(t);
  server.clock.push(DAY - 3 * MINUTE);
  server.world.faults.arm({ kind: "reset_after", request: TIKTOK_TOKEN });
  const session = await channels.session(id);
  assert.equal(only(desk).state, "ready", "TikTok renewed and the answer was lost: the old token still works");
  const heard: string[] = [];
  channels.onSignedOut((channelId, reason) => void heard.push(`${channelId} ${reason}`));
  await assert.rejects(session.request(me), isKind("signed_out", { sent: false }));
  assert.equal(only(desk).state, "signed_out");
  assert.equal(heard.length, 1);
  assert.match(heard[0]!, new RegExp(`^${id} The sign-in at TikTok has ended`));
  await assert.rejects(channels.session(id), isKind("signed_out", { sent: false }));
  assert.equal(heard.length, 1, "told once");
});

test("withdrawn at the platform", async (t) => {
  const { desk, server, channels, id } = await connected(t);
  const { robot } = desk;
  const heard: string[] = [];
  channels.onSignedOut((channelId) => void heard.push(`out ${channelId}`));
  channels.onReconnected((channelId) => void heard.push(`back ${channelId}`));
  server.world.setBehaviour("tiktok", "token", "revoked");
  server.clock.push(2 * DAY);
  await Promise.allSettled([channels.session(id), channels.session(id)]);
  assert.deepEqual(heard, [`out ${id}`]);
  server.world.setBehaviour("tiktok", "token", "");
  await robot.open(`${server.url}/channels`);
  assert.ok(robot.has("One channel, and it needs you"));
  assert.ok(robot.has("The sign-in at TikTok has ended"));
  assert.ok(robot.has("If it is not reconnected by"));

  await t.test("somebody else does not become this channel", async () => {
    await robot.open(await consent(robot, server, "Reconnect", { account: KITCHEN }));
    assert.match(
      flashOf(robot),
      /You signed in as Quiet Kitchen; this channel is Harbour Clockworks\. Nothing was changed/,
    );
    assert.equal(only(desk).state, "signed_out");
    assert.deepEqual(heard, [`out ${id}`]);
  });

  await t.test("the same one is back under its old id", async () => {
    await robot.open(await consent(robot, server, "Reconnect"));
    assert.match(flashOf(robot), /Harbour Clockworks is signed in at TikTok again/);
    assert.equal(only(desk).id, id);
    assert.equal(only(desk).state, "ready");
    assert.deepEqual(heard, [`out ${id}`, `back ${id}`]);
    assert.equal((await (await channels.session(id)).request(me)).status, 200);
  });

  await t.test("connecting it as if it were new does the same", async () => {
    channels.signOut(id, "Said a test.");
    assert.equal(only(desk).stateReason, "Said a test.");
    await connect(desk, "TikTok");
    assert.equal(only(desk).id, id);
    assert.equal(only(desk).stateReason, null);
    assert.deepEqual(heard.slice(2), [`out ${id}`, `back ${id}`]);
  });
});

test("Google's renewals bring no refresh token: the stored one stays", async (t) => {
  const desk = await openDesk(t);
  const { server } = desk;
  await connect(desk, "YouTube");
  const { channels, house } = server.running.wired;
  const { id } = only(desk);
  const sealed = () =>
    house.db.get<{ r: string; a: string }>(
      "SELECT refresh_token_sealed AS r, access_token_sealed AS a FROM channels WHERE id = ?",
      [id],
    )!;
  const before = sealed();
  for (let i = 0; i < 3; i += 1) {
    server.clock.push(HOUR);
    await channels.session(id);
  }
  assert.equal(sealed().r, before.r);
  assert.notEqual(sealed().a, before.a);
});

test("what the form must show is asked for once and kept for two minutes", async (t) => {
  const { desk, server, channels, id } = await connected(t);
  const { workspaceId } = desk;
  assert.equal(channels.preparationNow(workspaceId, id), null);
  server.world.faults.arm({
    kind: "delay",
    ms: 30,
    request: "POST open.tiktokapis.com/v2/post/publish/creator_info/query/",
  });
  const [one, two] = await Promise.all([channels.preparation(workspaceId, id), channels.preparation(workspaceId, id)]);
  assert.equal(one, two);
  assert.equal(channels.preparationNow(workspaceId, id), one);
  assert.equal(await channels.preparation(workspaceId, id), one);
  assert.notEqual(await channels.freshPreparation(workspaceId, id), one);
  server.clock.push(2 * MINUTE + 1);
  assert.equal(channels.preparationNow(workspaceId, id), null);
  assert.equal(channels.preparationNow("elsewhere", id), null);
  await assert.rejects(channels.preparation("elsewhere", id), { statusCode: 404 });

  await t.test("a refusal of the sign-in is noticed there too", async () => {
    server.world.setBehaviour("tiktok", "token", "revoked");
    server.clock.push(2 * DAY);
    await assert.rejects(channels.freshPreparation(workspaceId, id), isKind("signed_out"));
    assert.equal(only(desk).state, "signed_out");
  });
});
