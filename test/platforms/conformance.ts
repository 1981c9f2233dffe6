/** What every platform must survive: run with the real engine, the real client and the sandbox over real sockets. */
import assert from "node:assert/strict";
import test, { after } from "node:test";
import { Panel } from "../support/panel.ts";

export interface Conformance {
  id: string;
  name: string;
  /** Choices that make a post public at once. */
  options: Record<string, unknown>;
  /** Also sets what the platform takes from options instead of text. */
  optionsFor?(text: string): Record<string, unknown>;
  /** The first request of publishing, the deciding one, and the one that asks how it stands: method, host and path. */
  requests: { first: string; deciding: string; status: string };
  /** Sandbox behaviours: processing that fails and one that never ends. */
  processing: { fails: string; never: string };
}

const done = ["published", "failed", "unconfirmed", "held", "cancelled"];
let number = 0;

/** Registers the suite for one platform. Every case checks the feed: exactly one post, or none, as the state says. */
export function conformance(platform: Conformance): void {
  const text = (): string => `${platform.id} conformance ${(number += 1)} end`;
  const optionsFor = (words: string) => ({ ...platform.options, ...platform.optionsFor?.(words) });

  let opened: Promise<Panel> | undefined;
  after(async () => (await opened)?.close());

  /** One panel for the whole suite; each case starts without faults and with fresh windows of the platforms' limits. */
  async function withPanel(
    work: (panel: Panel, publish: (words: string) => Promise<string>) => Promise<void>,
  ): Promise<void> {
    const panel = await (opened ??= Panel.open([platform.name]));
    panel.sandbox.world.faults.clear();
    for (const name of ["token", "processing"]) panel.sandbox.world.setBehaviour(platform.id, name, "");
    panel.sandbox.world.setBehaviour(platform.id, "limits", "off");
    panel.sandbox.clock.push(120_000);
    await work(panel, (words) => panel.publish(platform.id, words, optionsFor(words)));
  }

  /** Publishes with a fault armed; the end must be `published` with exactly one post in the feed. */
  function survives(name: string, arm: (panel: Panel) => void, push = 400): void {
    test(`${platform.id}: ${name}`, () =>
      withPanel(async (panel, publish) => {
        arm(panel);
        const words = text();
        const id = await publish(words);
        const end = await panel.until(id, done, push);
        assert.equal(end.state, "published", JSON.stringify(end));
        assert.equal(panel.landed(words), 1);
        assert.ok(end.timeline.length > 2);
      }));
  }

  survives("publishes", () => undefined, 0);

  test(`${platform.id}: restart after every checkpoint`, () =>
    withPanel(async (panel, publish) => {
      for (let n = 1; n < 20; n += 1) {
        const words = text();
        const death = panel.dieAfterCheckpoint(n);
        const id = await publish(words).catch(() => "");
        const finished = panel.until(id, done, 200).then(
          () => "finished",
          () => "died",
        );
        const end = await Promise.race([death.dead.then(() => "died"), finished]);
        if (end === "finished" && death.count() < n) {
          death.disarm();
          assert.equal(panel.landed(words), 1);
          assert.ok(n > 2, "there were checkpoints to die at");
          return;
        }
        await death.dead;
        await panel.start();
        const found = panel.server.wired.house.db.get<{ id: string }>(
          "SELECT id FROM publications ORDER BY created_at DESC, id DESC",
        )!;
        const after = await panel.until(found.id, done, 400);
        assert.equal(after.state, "published", `died after checkpoint ${n}: ${JSON.stringify(after)}`);
        assert.equal(panel.landed(words), 1, `died after checkpoint ${n}`);
        panel.sandbox.clock.push(120_000); // the platforms count requests per minute
      }
      assert.fail("it never ended");
    }));

  test(`${platform.id}: killed after the deciding request, its reply lost`, () =>
    withPanel(async (panel, publish) => {
      panel.sandbox.world.faults.arm({ request: platform.requests.deciding, kind: "reset_after", times: 1 });
      const words = text();
      const id = await publish(words);
      for (let i = 0; i < 500 && panel.row(id)?.fence === "open"; i += 1)
        await new Promise((resolve) => setTimeout(resolve, 5));
      await panel.die();
      await panel.start();
      const end = await panel.until(id, done, 400);
      assert.equal(end.state, "published", JSON.stringify(end));
      assert.equal(panel.landed(words), 1);
    }));

  for (const request of ["first", "deciding", "status"] as const) {
    const target = platform.requests[request];
    survives(
      `429 with Retry-After on the ${request} request`,
      (panel) =>
        void panel.sandbox.world.faults.arm({
          request: target,
          kind: "status",
          status: 429,
          headers: { "retry-after": "2" },
          body: "{}",
        }),
      3000,
    );
    survives(
      `429 without Retry-After on the ${request} request`,
      (panel) => void panel.sandbox.world.faults.arm({ request: target, kind: "status", status: 429, body: "{}" }),
      20_000,
    );
    survives(
      `5xx then fine on the ${request} request`,
      (panel) => void panel.sandbox.world.faults.arm({ request: target, kind: "status", status: 503, times: 2 }),
    );
    survives(
      `5xx after success on the ${request} request`,
      (panel) => void panel.sandbox.world.faults.arm({ request: target, kind: "status_after", status: 502 }),
    );
    survives(
      `reply lost on the ${request} request`,
      (panel) => void panel.sandbox.world.faults.arm({ request: target, kind: "reset_after" }),
    );
    survives(
      `refused connection on the ${request} request`,
      (panel) => void panel.sandbox.world.faults.arm({ request: target, kind: "refuse", times: 2 }),
    );
    survives(
      `garbage body on the ${request} request`,
      (panel) => void panel.sandbox.world.faults.arm({ request: target, kind: "garbage_after" }),
    );
    survives(
      `slow drip on the ${request} request`,
      (panel) => void panel.sandbox.world.faults.arm({ request: target, kind: "drip", ms: 300 }),
      0,
    );
  }
  survives(
    "cut in the middle of the upload",
    (panel) => void panel.sandbox.world.faults.arm({ request: platform.requests.deciding, kind: "cut", bytes: 20_000 }),
  );

  survives("token expired midway", (panel) => panel.sandbox.world.setBehaviour(platform.id, "token", "expired"));

  test(`${platform.id}: token revoked: held, told, and taken up again after reconnecting`, () =>
    withPanel(async (panel) => {
      const words = text();
      const id = await panel.publish(platform.id, words, optionsFor(words), 120_000);
      panel.sandbox.world.setBehaviour(platform.id, "token", "revoked");
      panel.sandbox.clock.push(120_000);
      const held = await panel.until(id, done, 200);
      assert.equal(held.state, "held", JSON.stringify(held));
      assert.equal(held.problem?.kind, "signed_out");
      assert.equal(panel.landed(words), 0);
      const channel = await panel.api<{ state: string }>("GET", `/channels/${panel.channels.get(platform.id)}`);
      assert.equal(channel.state, "signed_out");
      panel.sandbox.world.setBehaviour(platform.id, "token", "");
      await panel.connect(platform.name);
      const end = await panel.until(id, ["published", "failed", "unconfirmed"], 400);
      assert.equal(end.state, "published", JSON.stringify(end));
      assert.equal(panel.landed(words), 1);
    }));

  test(`${platform.id}: processing that fails is told in plain words`, () =>
    withPanel(async (panel, publish) => {
      panel.sandbox.world.setBehaviour(platform.id, "processing", platform.processing.fails);
      const id = await publish(text());
      const end = await panel.until(id, done, 2000);
      assert.equal(end.state, "failed");
      assert.ok(end.problem!.message.length > 20 && end.problem!.remedy.length > 10, JSON.stringify(end.problem));
    }));

  test(`${platform.id}: processing that never ends is never called published or failed`, () =>
    withPanel(async (panel, publish) => {
      panel.sandbox.world.setBehaviour(platform.id, "processing", platform.processing.never);
      const id = await publish(text());
      await panel.until(id, ["confirming"]);
      for (let i = 0; i < 40; i += 1) {
        panel.sandbox.clock.push(60_000);
        panel.server.wired.house.runner.wake();
        await new Promise((resolve) => setTimeout(resolve, 15));
        assert.equal(panel.row(id)!.state, "confirming");
      }
    }));
}
