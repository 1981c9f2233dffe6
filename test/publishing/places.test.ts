/** Looks at what was sent never take the places of what is to be sent. */
import assert from "node:assert/strict";
import test from "node:test";
import { Queue, Runner } from "../../src/jobs/index.ts";
import { placesIn, placesPerChannel } from "../../src/publishing/index.ts";
import { memoryDatabase } from "../support/database.ts";
import { Panel } from "../support/panel.ts";
import { settle, toTheEnd } from "../reliability/walk.ts";

test("what was sent waits in a pool of its own, and comes back to the other when it is sent again", async (t) => {
  const panel = await Panel.open(["YouTube"]);
  t.after(() => panel.close());
  const { house } = panel.server.wired;
  const options = { title: "Places end", privacyStatus: "public", madeForKids: false };
  const id = await panel.publish("youtube", "Places end", options, 60_000);
  const pool = (): string =>
    house.db.get<{ pool: string }>("SELECT pool FROM jobs WHERE unique_key = ? ORDER BY id DESC LIMIT 1", [
      `publication:${id}`,
    ])!.pool;
  assert.equal(pool(), "youtube");
  panel.sandbox.clock.push(60_000);
  await settle(panel);
  assert.equal(panel.row(id)!.state, "confirming");
  assert.equal(pool(), "looks/youtube");
  assert.equal(await toTheEnd(panel, id), "published");
});

test("a platform that is slow to say how things stand keeps no new post waiting", async (t) => {
  const db = memoryDatabase();
  const clock = { now: () => Date.now() };
  const queue = new Queue(db, clock);
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const lane = { concurrency: 64, perSlot: (pool: string | null) => placesPerChannel(pool ?? ""), perPool: placesIn };
  const runner = new Runner(queue, clock, silent, { publish: lane });
  const begun: string[] = [];
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const run = async ({ args }: { args: Record<string, unknown> }): Promise<void> => {
    begun.push(String(args["pool"]));
    await gate;
  };
  runner.define("publish", { lane: "publish", attempts: 1, run });
  t.after(async () => {
    release();
    await runner.stop(1000);
    db.close();
  });
  const add = (pool: string, slot: string): void =>
    queue.enqueue({ kind: "publish", lane: "publish", pool, slot, args: { pool } });
  const [looks, sending] = ["looks/tiktok", "tiktok"];
  for (let n = 0; n < 40; n += 1) add(looks, `look ${n}`);
  for (let n = 0; n < 20; n += 1) add(sending, `send ${n}`);
  runner.start();
  const count = (pool: string): number => begun.filter((one) => one === pool).length;
  for (let i = 0; i < 400 && runner.busy < 24; i += 1) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual([count(looks), count(sending)], [8, 16]);
});
