/** A clock that jumps an hour either way, before, during and after publishing: none lost, none twice, none before its time. */
import assert from "node:assert/strict";
import test, { after } from "node:test";
import { Panel } from "../support/panel.ts";
import { settle, toTheEnd } from "./walk.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;

const choices: Record<string, (text: string) => Record<string, unknown>> = {
  facebook: () => ({ kind: "feed" }),
  tiktok: () => ({ mode: "direct", privacyLevel: "PUBLIC_TO_EVERYONE", musicConsent: true }),
  youtube: (text) => ({ title: text, privacyStatus: "public", madeForKids: false }),
};

let opened: Promise<Panel> | undefined;
after(async () => (await opened)?.close());

async function panelOf(): Promise<Panel> {
  const panel = await (opened ??= Panel.open(["TikTok", "YouTube", "Facebook"]));
  panel.sandbox.world.setBehaviour("tiktok", "limits", "off");
  return panel;
}

test("ahead and back again: what became due goes out once, what did not waits for its time", async () => {
  const panel = await panelOf();
  const { clock } = panel.sandbox;
  const begin = clock.now();
  const ids = new Map<number, string>();
  for (const minutes of [10, 50, 70, 130])
    ids.set(minutes, await panel.publish("facebook", `Due in ${minutes} end`, { kind: "feed" }, minutes * MINUTE));
  const out = (): number[] => [...ids.keys()].filter((minutes) => panel.landed(`Due in ${minutes} end`) > 0);

  clock.push(HOUR);
  for (const minutes of [10, 50])
    assert.equal(await toTheEndWithin(panel, ids.get(minutes)!, begin + HOUR + 5 * MINUTE), "published");
  assert.deepEqual(out(), [10, 50], "an hour ahead: both that became due, and no other");

  clock.push(begin - clock.now());
  await settle(panel);
  clock.push(20 * MINUTE);
  await settle(panel);
  assert.deepEqual(out(), [10, 50], "back again: neither is sent a second time");

  clock.push(begin + 70 * MINUTE - clock.now() - 2000);
  await settle(panel);
  assert.deepEqual(out(), [10, 50], "two seconds before its time");
  for (const minutes of [70, 130]) assert.equal(await toTheEnd(panel, ids.get(minutes)!), "published");
  for (const minutes of ids.keys()) assert.equal(panel.landed(`Due in ${minutes} end`), 1);
  for (const item of panel.sandbox.world.feed().filter((one) => one.text.startsWith("Due in"))) {
    const minutes = Number(/Due in (\d+)/.exec(item.text)![1]);
    assert.ok(item.createdAt >= begin + minutes * MINUTE, `${item.text} came early`);
  }
});

/** Like toTheEnd, but the clock is not pushed beyond `limit`. */
async function toTheEndWithin(panel: Panel, id: string, limit: number): Promise<string> {
  for (let i = 0; i < 100; i += 1) {
    await settle(panel);
    const { state } = panel.row(id)!;
    if (["published", "failed", "held", "unconfirmed"].includes(state) || panel.sandbox.clock.now() > limit)
      return state;
    panel.sandbox.clock.push(1000);
  }
  return panel.row(id)!.state;
}

for (const [platform, optionsFor] of Object.entries(choices)) {
  for (const jump of [HOUR, -HOUR]) {
    const way = jump > 0 ? "ahead" : "back";
    test(`${platform}: an hour ${way} after each of the first writes of a publication: published once`, async () => {
      const panel = await panelOf();
      for (let n = 1; n <= 10; n += 2) {
        panel.sandbox.clock.push(120_000);
        const words = `Jump ${way} ${platform} ${n} end`;
        const id = await panel.publish(platform, words, optionsFor(words), 10_000);
        const restore = jumpAtWrite(panel, n, jump);
        panel.sandbox.clock.push(11_000);
        const state = await toTheEnd(panel, id);
        restore();
        assert.equal(state, "published", `write ${n}: ${JSON.stringify(await panel.publication(id))}`);
        assert.equal(panel.landed(words), 1, `write ${n}`);
      }
    });
  }
}

/** The clock jumps as the n-th write from now is made. */
function jumpAtWrite(panel: Panel, n: number, jump: number): () => void {
  const { db } = panel.server.wired.house;
  const run = db.run.bind(db);
  let seen = 0;
  db.run = (sql, params) => {
    seen += 1;
    if (seen === n) panel.sandbox.clock.push(jump);
    return run(sql, params);
  };
  return () => void (db.run = run);
}
