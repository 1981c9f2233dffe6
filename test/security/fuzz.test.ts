/** A short run of the fuzzer (scripts/fuzz.ts runs long ones), and that it notices what it is for. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { isDeeper } from "../../src/api/json-body.ts";
import { openDesk, type Problem } from "../api/desk.ts";
import { fuzz } from "./fuzz.ts";
import { deep } from "./hostile.ts";

test("hundreds of made-up requests: nothing breaks, nothing leaks, every answer fits the document", async (t) => {
  const figures = await fuzz(t, { requests: 300, seed: 7 });
  assert.deepEqual(figures.faults, []);
  assert.equal(figures.requests, 300);
  assert.ok(figures.reached.length >= 15, figures.reached.join());
});

test("it notices a leak, a crash, an answer outside the document and a change of somebody else's", async (t) => {
  const faults = async (sabotage: NonNullable<Parameters<typeof fuzz>[1]["sabotage"]>): Promise<string> =>
    (await fuzz(t, { requests: 100, seed: 3, sabotage })).faults.join("\n");
  const leak = await faults((desk) => {
    const { posts } = desk.wired;
    const list = posts.list.bind(posts);
    posts.list = (_workspaceId, filter) => list(desk.workspaceId, filter);
  });
  assert.match(leak, /shows what belongs to another workspace/);
  const crash = await faults((desk) => {
    desk.wired.media.list = () => {
      throw new Error("no such table");
    };
  });
  assert.match(crash, /It broke: 500/);
  const misfit = await faults((desk) => {
    const { channels } = desk.wired;
    const list = channels.list.bind(channels);
    channels.list = (workspaceId) =>
      list(workspaceId).map((view) => ({ ...view, scopes: [null as unknown as string] }));
  });
  assert.match(misfit, /It broke: 500/, "our own serializer refuses it");
  const change = await faults((desk) => {
    const { media } = desk.wired;
    const update = media.update.bind(media);
    media.update = (_workspaceId, _id, changes) => {
      const id = desk.wired.house.db.get<{ id: string }>("SELECT id FROM media WHERE workspace_id = ?", [
        desk.workspaceId,
      ])!.id;
      return update(desk.workspaceId, id, changes);
    };
  });
  assert.match(change, /Something of the victim was changed|belongs to another workspace/);
});

test("a body is refused by its depth before anybody walks it, and quickly", async (t) => {
  const desk = await openDesk(t);
  for (const levels of [34, 5000, 200_000]) {
    const text = `{"channels":[{"channelId":"x","options":{"deep":${deep(levels)}}}]}`;
    const answer = await desk.call<Problem>("POST", "/v1/posts", text);
    assert.equal(answer.status, 400, String(levels));
    assert.match(answer.body.errors?.[0]?.message ?? "", /levels deep/);
  }
  const flat = {
    text: "[[[[{{{{".repeat(100),
    channels: [{ channelId: desk.channel("tiktok"), options: { title: "}{" } }],
  };
  assert.equal((await desk.call("POST", "/v1/posts", flat)).status, 201);
  const started = performance.now();
  for (const text of ['"'.repeat(500_000), `"${"\\".repeat(500_001)}`, `"${'\\"'.repeat(250_000)}`]) isDeeper(text, 32);
  assert.ok(performance.now() - started < 2000);
});

test("depth is counted as JSON counts it", () => {
  const depthOf = (value: unknown): number =>
    typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), fc.nat({ max: 9 }), (value, levels) => {
      assert.equal(isDeeper(JSON.stringify(value), levels), depthOf(value) > levels);
    }),
    { numRuns: 300, seed: 1 },
  );
});
