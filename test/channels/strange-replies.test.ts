/** What a platform says about names and ends of tokens is bounded before it is kept: it costs neither a page nor a token. */
import assert from "node:assert/strict";
import test from "node:test";
import { ChannelRows } from "../../src/channels/rows.ts";
import { connect, consent, DAY, flashOf, HARBOUR, only, openDesk, TIKTOK_TOKEN, type Desk } from "./desk.ts";

const PROFILE = "GET open.tiktokapis.com/v2/user/info/";

function answer(desk: Desk, request: string, status: number, body: string): void {
  desk.server.world.faults.arm({ kind: "status", status, request, body });
}

test("a name without end is cut, in the table and on the page that greets it", async (t) => {
  const desk = await openDesk(t);
  const url = await consent(desk.robot, desk.server, "Connect TikTok");
  const display_name = `Harbour\u202e\n${"é".repeat(100_000)}`;
  const user = { open_id: HARBOUR, union_id: "u", username: "h".repeat(5000), display_name };
  const error = { code: "ok", message: "", log_id: "x" };
  answer(desk, PROFILE, 200, JSON.stringify({ data: { user }, error }));
  await desk.robot.open(url);
  const { name, handle } = only(desk);
  assert.equal(name, `Harbour ${"é".repeat(192)}`);
  assert.equal(handle, `@${"h".repeat(199)}`);
  assert.equal(flashOf(desk.robot), `${name} on TikTok is connected.`);
});

test("a refusal without end is told in a few sentences, and the browser stays signed in", async (t) => {
  const desk = await openDesk(t);
  const url = await consent(desk.robot, desk.server, "Connect TikTok");
  answer(desk, TIKTOK_TOKEN, 400, JSON.stringify({ error: "x", error_description: "字".repeat(200_000), log_id: "x" }));
  await desk.robot.open(url);
  assert.equal(desk.robot.page.status, 200);
  const said = flashOf(desk.robot);
  assert.ok([...said].length <= 500, String(said.length));
  assert.match(said, /字{50}/);
});

test("tokens whose end is no moment are kept all the same, when they are new and when they are renewed", async (t) => {
  const desk = await openDesk(t);
  await connect(desk, "TikTok");
  const { channels, house } = desk.server.running.wired;
  const { id } = only(desk);
  const rows = new ChannelRows(house);
  const held = () => rows.tokens(rows.get(id)!);

  desk.server.clock.push(2 * DAY);
  const token = `"access_token":"act.strange","refresh_token":"rft.strange","open_id":"${HARBOUR}"`;
  answer(desk, TIKTOK_TOKEN, 200, `{${token},"expires_in":1e308,"refresh_expires_in":1e308}`);
  await channels.session(id);
  assert.deepEqual(held(), { accessToken: "act.strange", refreshToken: "rft.strange" });
  assert.equal(only(desk).accessExpiresAt, null);
  await desk.robot.open(`${desk.server.url}/channels`);
  assert.equal(desk.robot.page.status, 200);

  const now = desk.server.clock.now();
  for (const [said, kept] of [
    [now + 0.5, now],
    [now + 3_600_000.999, now + 3_600_000],
    [253_402_300_799_999, 253_402_300_799_999],
    [253_402_300_800_000, null],
    [Infinity, null],
    [-Infinity, null],
    [-1e308, null],
    [NaN, null],
    [null, null],
  ] as const) {
    const tokens = { accessToken: `act.${said}`, refreshToken: `rft.${said}`, scopes: null };
    rows.setTokens(id, { ...tokens, accessExpiresAt: said, refreshExpiresAt: said }, ["a"]);
    assert.deepEqual(held(), { accessToken: `act.${said}`, refreshToken: `rft.${said}` });
    const { accessExpiresAt, refreshExpiresAt } = only(desk);
    assert.deepEqual([accessExpiresAt, refreshExpiresAt], [kept, kept], String(said));
  }
});
