/** Disconnecting: what is withdrawn, erased and kept, looked for in the files themselves. */
import assert from "node:assert/strict";
import test from "node:test";
import { createApiKey } from "../../src/accounts/index.ts";
import { textOf } from "../support/robot.ts";
import { apiKey, everyByte, leaks } from "../support/server.ts";
import { connect, consent, DAY, flashOf, HARBOUR, KITCHEN, only, openDesk, TIKTOK_TOKEN, type Desk } from "./desk.ts";

interface Row {
  id: string;
  name: string;
  handle: string;
  remote_id: string;
  access_token_sealed: string;
  refresh_token_sealed: string;
  extra_sealed: string;
  avatar: Buffer;
}

function marks(desk: Desk): Array<{ kind: string; secret: string }> {
  const row = desk.server.running.wired.house.db.get<Row>("SELECT * FROM channels WHERE disconnected_at IS NULL")!;
  return [
    { kind: "name", secret: row.name },
    { kind: "handle", secret: row.handle.replace("@", "") },
    { kind: "remote id", secret: row.remote_id },
    { kind: "access token", secret: row.access_token_sealed },
    { kind: "refresh token", secret: row.refresh_token_sealed },
    { kind: "facts", secret: row.extra_sealed },
    { kind: "picture", secret: row.avatar.subarray(16, 96).toString("latin1") },
  ];
}

/** As everyByte and leaks, and for bytes that are no text. */
function found(desk: Desk, wanted: Array<{ kind: string; secret: string }>): string[] {
  const places = everyByte(desk.server);
  const raw = wanted
    .filter((one) => one.kind === "picture")
    .filter((one) => places.some((place) => place.bytes.includes(Buffer.from(one.secret, "latin1"))))
    .map((one) => one.kind);
  return [
    ...leaks(
      places,
      wanted.filter((one) => one.kind !== "picture"),
    ),
    ...raw,
  ];
}

const TIKTOK_REVOKE = "POST open.tiktokapis.com/v2/oauth/revoke/";

test("disconnecting leaves a receipt and nothing else", async (t) => {
  const desk = await openDesk(t);
  const { server, robot } = desk;
  await connect(desk, "TikTok");
  const { wired } = server.running;
  const channel = only(desk);
  const wanted = marks(desk);
  for (const one of wanted) assert.notEqual(found(desk, [one]).length, 0, `${one.kind} is not there before either`);
  await connect(desk, "YouTube");
  const other = wired.channels.list(desk.workspaceId)[1]!;
  // Things that must go along: a sign-in under way, a kept API answer, counts, upkeep, what the form showed.
  await consent(robot, server, "Connect TikTok");
  const key = apiKey(server);
  const keyId = wired.house.db.get<{ id: string }>("SELECT id FROM api_keys")!.id;
  assert.ok(key);
  wired.house.db.run(
    "INSERT INTO idempotency_keys (api_key_id, key, request_hash, status, body, created_at) VALUES (?, 'k', 'h', 200, ?, 0)",
    [keyId, JSON.stringify({ name: channel.name })],
  );
  await wired.channels.freshPreparation(desk.workspaceId, channel.id);
  const heard: Array<{ name: string; inTransaction: boolean }> = [];
  wired.channels.beforeDisconnect((id) => {
    const name = wired.house.db.get<{ name: string }>("SELECT name FROM channels WHERE id = ?", [id])!.name;
    heard.push({ name, inTransaction: wired.house.db.sqlite.inTransaction });
  });

  await robot.open(`${server.url}/channels`);
  await robot.press("Disconnect");
  assert.match(
    textOf(robot.page.html),
    /Disconnect Harbour Clockworks\?.*asks TikTok to withdraw.*Nothing is scheduled/,
  );
  await robot.press("Disconnect and erase");
  assert.equal(robot.page.url, `${server.url}/channels/${channel.id}/receipt`);
  assert.match(textOf(robot.page.html), /TikTok is disconnected and erased.*TikTok confirmed.*Erased.*Kept/);
  assert.doesNotMatch(robot.page.html, /harbour/i);
  assert.deepEqual(heard, [{ name: "Harbour Clockworks", inTransaction: true }]);

  await t.test("byte by byte", () => {
    assert.deepEqual(found(desk, wanted), []);
    assert.deepEqual(leaks(everyByte(server), server.world.secrets()), []);
  });
  await t.test("the grant is dead at the platform", () => {
    const [grant] = server.world.collection<{ revoked: boolean; creatorId: string }>("tiktok.grants").all();
    assert.deepEqual([grant!.creatorId, grant!.revoked], [HARBOUR, true]);
  });
  await t.test("what hangs on it is gone, what is others' stays", () => {
    const { db } = wired.house;
    assert.equal(db.get("SELECT 1 FROM oauth_flows"), undefined);
    assert.deepEqual(
      db.get("SELECT status, body FROM idempotency_keys"),
      { status: null, body: null },
      "the answer is gone, the key still guards against acting twice",
    );
    assert.equal(db.get("SELECT 1 FROM rate_windows WHERE name LIKE ?", [`%|${channel.id}|%`]), undefined);
    assert.equal(db.get("SELECT 1 FROM jobs WHERE state = 'queued' AND args LIKE ?", [`%${channel.id}%`]), undefined);
    assert.equal(wired.channels.preparationNow(desk.workspaceId, channel.id), null);
    assert.deepEqual(
      wired.channels.list(desk.workspaceId).map((one) => one.id),
      [other.id],
    );
  });
  await t.test("it is called disconnected TikTok from now on", async () => {
    const view = wired.channels.find(desk.workspaceId, channel.id)!;
    assert.equal(view.label, "disconnected TikTok");
    assert.equal(view.state, "disconnected");
    assert.deepEqual([view.name, view.handle, view.remoteId, view.avatarPath, view.scopes], ["", "", null, null, []]);
    assert.equal((await robot.open(`${server.url}/channels/${channel.id}/avatar.webp`)).status, 404);
    await assert.rejects(wired.channels.session(channel.id), { kind: "signed_out", sent: false });
  });
  await t.test("doing it again shows the same receipt", async () => {
    const receipt = await wired.channels.disconnect(desk.workspaceId, channel.id);
    assert.deepEqual(receipt, wired.channels.receipt(desk.workspaceId, channel.id));
    assert.equal(
      (await robot.open(`${server.url}/channels/${channel.id}/disconnect`)).url,
      `${server.url}/channels/${channel.id}/receipt`,
    );
    assert.equal(heard.length, 1);
  });
  await t.test("the audit log knows that, not who", () => {
    const lines = wired.house.db.all<{ action: string; outcome: string }>(
      "SELECT action, outcome FROM audit_log WHERE target = ? ORDER BY id",
      [channel.id],
    );
    assert.deepEqual(
      lines.map((line) => `${line.action} ${line.outcome}`),
      ["platform.connect ok", "platform.disconnect ok", "platform.erased ok"],
    );
  });
  await t.test("connected again it is a new channel", async () => {
    await connect(desk, "TikTok");
    assert.match(flashOf(robot), /Harbour Clockworks on TikTok is connected/);
    assert.notEqual(wired.channels.list(desk.workspaceId).at(-1)!.id, channel.id);
  });
  await t.test("the API gives the receipt too", async () => {
    const { id } = wired.channels.list(desk.workspaceId).at(-1)!;
    const { secret } = createApiKey(wired.house, {
      ...wired.house.db.get<{ accountId: string; workspaceId: string }>(
        "SELECT account_id AS accountId, workspace_id AS workspaceId FROM memberships",
      )!,
      name: "again",
      scopes: ["read", "write"],
    });
    const reply = await fetch(`${server.url}/api/v1/channels/${id}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${secret}` },
    });
    const body = (await reply.json()) as { channelId: string; revoked: boolean; erased: string[] };
    assert.deepEqual([reply.status, body.channelId, body.revoked], [200, id, true]);
    assert.ok(body.erased.length > 2);
  });
});

test("a platform that does not answer stops nobody from leaving", async (t) => {
  const desk = await openDesk(t);
  const { server, robot } = desk;
  await connect(desk, "TikTok");
  const wanted = marks(desk);
  server.world.faults.arm({ kind: "refuse", request: TIKTOK_REVOKE, times: -1 });
  await robot.open(`${server.url}/channels`);
  await robot.press("Disconnect");
  await robot.press("Disconnect and erase");
  assert.match(
    textOf(robot.page.html),
    /erased here; that it is withdrawn there is not confirmed.*answer did not arrive, so it is not known.*https:\/\/www\.tiktok\.com\/setting/,
  );
  assert.deepEqual(found(desk, wanted), []);
});

test("a fault of the moment does not leave the grant standing; an answer that was lost is not made up", async (t) => {
  const desk = await openDesk(t);
  const { server } = desk;
  const leave = async (kind: "refuse" | "reset_after"): Promise<string> => {
    await connect(desk, "TikTok");
    server.world.faults.arm({ kind, request: TIKTOK_REVOKE });
    return (await server.running.wired.channels.disconnect(desk.workspaceId, only(desk).id)).revocation;
  };
  assert.match(await leave("refuse"), /^TikTok confirmed that Postern's access is withdrawn/);
  assert.match(await leave("reset_after"), /^TikTok's answer did not arrive, so it is not known/);
});

test("a channel whose access was taken back at the platform is erased as well", async (t) => {
  const desk = await openDesk(t);
  const { server } = desk;
  await connect(desk, "TikTok", { account: KITCHEN });
  const { channels } = server.running.wired;
  const wanted = marks(desk);
  const { id, remoteId } = only(desk);
  server.world.setBehaviour("tiktok", "token", "revoked");
  server.clock.push(2 * DAY);
  channels.withdrawn("tiktok", { remoteId: remoteId!, at: server.clock.now(), reason: "Taken back at TikTok." });
  const [one, two] = await Promise.all([
    channels.disconnect(desk.workspaceId, id),
    channels.disconnect(desk.workspaceId, id),
  ]);
  assert.deepEqual(one, two);
  assert.equal(one.revoked, true);
  assert.match(one.revocation, /TikTok had already ended this sign-in/);
  assert.deepEqual(found(desk, wanted), []);
});

test("after a renewal whose answer was lost nobody is told that the access is withdrawn", async (t) => {
  const desk = await openDesk(t);
  const { server } = desk;
  await connect(desk, "TikTok");
  const { channels } = server.running.wired;
  const { id } = only(desk);
  server.clock.push(2 * DAY);
  server.world.faults.arm({ kind: "reset_after", request: TIKTOK_TOKEN });
  await assert.rejects(channels.session(id), { kind: "transient" });
  await assert.rejects(channels.session(id), { kind: "signed_out" });
  const receipt = await channels.disconnect(desk.workspaceId, id);
  const [grant] = server.world.collection<{ revoked: boolean }>("tiktok.grants").all();
  assert.deepEqual([grant!.revoked, receipt.revoked], [false, false]);
  assert.match(receipt.revocation, /could not be asked.*If the app is still in the list at https:\/\/www\.tiktok\.com/);
});

test("scheduled posts are counted before and called off after", async (t) => {
  const desk = await openDesk(t);
  const { server, robot } = desk;
  await connect(desk, "TikTok");
  const { channels, house } = server.running.wired;
  const { id } = only(desk);
  const later = house.clock.now() + DAY;
  for (const n of [1, 2]) {
    house.db.run(
      "INSERT INTO posts (id, workspace_id, text, state, time_zone, created_at, updated_at) VALUES (?, ?, 'Low tide', 'planned', 'UTC', 0, 0)",
      [`post-${n}`, desk.workspaceId],
    );
    house.db.run(
      `INSERT INTO publications (id, workspace_id, post_id, channel_id, platform, state, due_at, created_at, updated_at)
       VALUES (?, ?, ?, ?, 'tiktok', 'scheduled', ?, 0, 0)`,
      [`publication-${n}`, desk.workspaceId, `post-${n}`, id, later],
    );
  }
  assert.equal(channels.scheduledCount(id), 2);
  await robot.open(`${server.url}/channels/${id}/disconnect`);
  assert.ok(robot.has("2 scheduled posts are called off on this channel."));
  const receipt = await channels.disconnect(desk.workspaceId, id);
  assert.equal(receipt.cancelledPublications, 2);
  assert.deepEqual(
    house.db.all<{ state: string }>("SELECT state FROM publications").map((row) => row.state),
    ["cancelled", "cancelled"],
  );
});
