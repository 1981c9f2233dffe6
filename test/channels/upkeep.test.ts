/** What happens to channels by itself, as time goes by. */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { textOf } from "../support/robot.ts";
import { ada } from "../support/server.ts";
import { connect, DAY, HOUR, issued, MINUTE, only, openDesk, signedIn, TIKTOK_TOKEN } from "./desk.ts";

async function open(t: TestContext, platform = "TikTok") {
  const desk = await openDesk(t);
  await connect(desk, platform);
  const { server } = desk;
  const { channels, house } = server.running.wired;
  const clock = async (name: RegExp): Promise<void> => {
    for (const one of channels.clocks()) if (name.test(one.name)) await one.run();
    house.runner.wake();
    await until(() => house.runner.busy === 0 && !due());
  };
  const due = () => house.db.get("SELECT 1 FROM jobs WHERE state = 'queued' AND run_at <= ?", [server.clock.now()]);
  const renewals = () => issued(server, "tiktok refresh token");
  return { desk, server, channels, house, clock, renewals, id: only(desk).id };
}

async function until(done: () => unknown): Promise<void> {
  for (let i = 0; i < 400 && !done(); i += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(done(), "this never came true");
}

test("tokens are renewed ahead of time", async (t) => {
  const { desk, server, house, clock, renewals, id } = await open(t);
  const before = renewals();
  await clock(/ahead/);
  assert.equal(renewals(), before, "fresh ones are left alone");
  server.clock.push(DAY - 10 * MINUTE);
  await clock(/ahead/);
  assert.equal(renewals(), before, "a channel at rest can wait a little");
  house.db.run(
    "INSERT INTO posts (id, workspace_id, text, state, time_zone, created_at, updated_at) VALUES ('p', ?, '', 'planned', 'UTC', 0, 0)",
    [desk.workspaceId],
  );
  house.db.run(
    `INSERT INTO publications (id, workspace_id, post_id, channel_id, platform, state, due_at, created_at, updated_at)
     VALUES ('q', ?, 'p', ?, 'tiktok', 'scheduled', ?, 0, 0)`,
    [desk.workspaceId, id, server.clock.now() + 30 * MINUTE],
  );
  await clock(/ahead/);
  assert.equal(renewals(), before + 1, "one that is about to post cannot");

  await t.test("and at rest at least once a day", async () => {
    house.db.run("DELETE FROM publications");
    server.clock.push(DAY + MINUTE);
    await clock(/ahead/);
    assert.equal(renewals(), before + 2);
  });

  await t.test("a fault is tried again, a refusal signs out", async () => {
    server.clock.push(DAY + MINUTE);
    server.world.faults.arm({ kind: "refuse", request: TIKTOK_TOKEN });
    await clock(/ahead/);
    assert.equal(only(desk).state, "ready");
    server.world.setBehaviour("tiktok", "token", "revoked");
    server.clock.push(5 * MINUTE);
    await clock(/ahead/);
    assert.equal(only(desk).state, "signed_out");
  });
});

test("a sign-in that ends within a week says so", async (t) => {
  const { desk, server, channels, id } = await open(t);
  server.clock.push(357 * DAY);
  await channels.session(id);
  assert.equal(only(desk).state, "ready");
  server.clock.push(2 * DAY);
  await channels.session(id);
  assert.equal(only(desk).state, "expiring");
  // The first session ended long ago.
  const robot = await signedIn(server.url, ada);
  await robot.open(`${server.url}/channels`);
  assert.ok(robot.has("Ends soon"), robot.page.url + textOf(robot.page.html).slice(0, 500));
  assert.ok(robot.has("The sign-in at TikTok ends in 6 days. Reconnect before then and nothing stops."));
  assert.match(robot.page.html, />Reconnect</);
});

test("a profile is looked at again every week", async (t) => {
  const { desk, server, house, clock, id } = await open(t);
  const queued = () =>
    house.db.get<{ at: number }>("SELECT run_at AS at FROM jobs WHERE unique_key = ? AND state = 'queued'", [
      `profile:${id}`,
    ])?.at;
  assert.ok(queued()! > server.clock.now() + 5 * DAY && queued()! <= server.clock.now() + 7 * DAY);
  house.db.run("UPDATE channels SET name = 'An old name', avatar = NULL");
  const firstAt = queued();
  await clock(/profiles/);
  assert.equal(queued(), firstAt, "it is not put off");
  server.clock.push(7 * DAY);
  await clock(/profiles/);
  await until(() => only(desk).name === "Harbour Clockworks");
  assert.equal(only(desk).hasAvatar, true);
  await clock(/profiles/);
  assert.ok(queued()! > server.clock.now() + 5 * DAY, "and again a week later");

  await t.test("which is how a withdrawn grant is noticed", async () => {
    server.world.setBehaviour("tiktok", "token", "revoked");
    server.clock.push(7 * DAY);
    await clock(/profiles/);
    assert.equal(only(desk).state, "signed_out");
  });
});

test("what has been signed out for four weeks is erased", async (t) => {
  const { desk, server, channels, house, clock, id } = await open(t);
  channels.signOut(id, "Said a test.");
  server.clock.push(27 * DAY);
  await clock(/erase/);
  assert.equal(only(desk).state, "signed_out");
  server.clock.push(DAY + HOUR);
  await clock(/erase/);
  assert.equal(channels.list(desk.workspaceId).length, 0);
  assert.equal(channels.find(desk.workspaceId, id)!.state, "disconnected");
  const line = house.db.get<{ facts: string }>("SELECT facts FROM audit_log WHERE action = 'platform.disconnect'")!;
  assert.equal((JSON.parse(line.facts) as { why: string }).why, "lost");
});

test("after a long standstill there is a week to reconnect first", async (t) => {
  const { desk, server, channels, clock, id } = await open(t);
  server.clock.push(60 * DAY);
  channels.signOut(id, "Said a test.");
  await clock(/erase/);
  server.clock.push(6 * DAY);
  await clock(/erase/);
  assert.equal(only(desk).state, "signed_out");
  server.clock.push(2 * DAY);
  await clock(/erase/);
  assert.equal(channels.list(desk.workspaceId).length, 0);
});

test("a token that is renewed with itself is renewed long before its end", async (t) => {
  const { server, house, channels, desk, clock } = await open(t, "Instagram");
  const ends = () => only(desk).accessExpiresAt!;
  const first = ends();
  assert.ok(first > server.clock.now() + 59 * DAY);
  server.clock.push(29 * DAY);
  await clock(/ahead/);
  assert.equal(ends(), first);
  assert.equal(only(desk).state, "ready", "what renews itself is not announced as ending");
  server.clock.push(2 * DAY);
  await clock(/ahead/);
  assert.ok(ends() > first + 30 * DAY);
  assert.equal(house.db.get("SELECT 1 FROM jobs WHERE state = 'dead'"), undefined);
  assert.equal(channels.endsAt(only(desk)), null);
});

test("a Page's token outlives what Meta grants: the person is asked in time, and posting goes on meanwhile", async (t) => {
  const { desk, server, channels, clock, id } = await open(t, "Facebook");
  assert.equal(only(desk).state, "ready");
  server.clock.push(84 * DAY);
  assert.equal(only(desk).state, "expiring");
  const words = async (): Promise<string> => {
    const robot = await signedIn(server.url, ada);
    await robot.open(`${server.url}/channels`);
    return textOf(robot.page.html);
  };
  assert.match(await words(), /The sign-in at Facebook ends in 6 days\. Reconnect before then and nothing stops\./);
  server.clock.push(8 * DAY);
  await clock(/ahead/);
  assert.equal(only(desk).state, "expiring");
  assert.match(await words(), /Facebook wanted you to sign in again by .*, and may end the sign-in any time\./);
  assert.ok(await (await channels.session(id)).accessToken());
});

test("what cannot be renewed is used to its end, announced before, and signed out then", async (t) => {
  const { server, house, channels, desk, clock, id } = await open(t);
  house.db.run("UPDATE channels SET refresh_token_sealed = NULL, refresh_expires_at = NULL, access_expires_at = ?", [
    server.clock.now() + 8 * DAY,
  ]);
  assert.equal(only(desk).state, "ready");
  server.clock.push(2 * DAY);
  assert.equal(only(desk).state, "expiring");
  await clock(/ahead/);
  server.clock.push(6 * DAY - MINUTE);
  assert.equal(await (await channels.session(id)).accessToken().then((token) => token.slice(0, 4)), "act.");
  server.clock.push(2 * MINUTE);
  await clock(/ahead/);
  assert.equal(only(desk).state, "signed_out");
  assert.match(only(desk).stateReason!, /TikTok no longer accepts this sign-in, and it cannot be renewed/);
});
