/** Photo posts: TikTok fetches them from an address of ours. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import test, { type TestContext } from "node:test";
import sharp from "sharp";
import type { DeliveryMedia, MediaFacts, Outcome } from "../../../src/platforms/contract.ts";
import { tiktok } from "../../../src/platforms/tiktok/index.ts";
import { API, checkpointOf, DIRECT, follow, photo, stage, type Stage, type TikTokDelivery } from "./setup.ts";

const CONTENT = `POST ${API}/post/publish/content/init/`;
const PUBLIC_PHOTOS = { ...DIRECT, title: "Escapement" };

interface Served {
  address: string;
  asked: string[];
}

/** A public address of this install, near enough: a server on this machine that serves what it is given. */
async function serve(
  t: TestContext,
  files: Record<string, { body: Buffer; type: string } | { to: string }>,
): Promise<Served> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const file = files[(request.url ?? "").slice(1)];
    if (!file) return void response.writeHead(404).end();
    if ("to" in file) return void response.writeHead(302, { location: file.to }).end();
    response.writeHead(200, { "content-type": file.type, "content-length": file.body.length }).end(file.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

async function picture(format: "jpeg" | "webp" | "png", width = 1080, height = 1350): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: "#446" } })
    [format]()
    .toBuffer();
}

function offered(facts: Partial<MediaFacts>, url: (as?: "jpeg") => string | null): DeliveryMedia {
  return {
    ...photo(facts),
    read: () => {
      throw new Error("photos are never sent");
    },
    publicUrl: async (_minutes, as) => url(as),
  };
}

/** Follows, giving the sandbox real time to fetch. */
async function settle(on: Stage, going: TikTokDelivery, from: Outcome<unknown>): Promise<Outcome<unknown>> {
  let outcome = from;
  for (let step = 0; step < 60 && outcome.state === "waiting"; step += 1) {
    await sleep(20);
    outcome = await follow(on, going, outcome, (now) => now !== outcome);
  }
  return follow(on, going, outcome);
}

test("JPEG and WebP that fit are offered as they are, others as JPEG; the post goes live once", async (t) => {
  const on = await stage(t);
  const served = await serve(t, {
    "a.jpg": { body: await picture("jpeg"), type: "image/jpeg" },
    "b.webp": { body: await picture("webp"), type: "image/webp" },
    "c.jpg": { body: await picture("jpeg"), type: "image/jpeg" },
    "d.jpg": { body: await picture("jpeg"), type: "image/jpeg" },
  });
  const media = [
    offered({ mime: "image/jpeg" }, (as) => (as ? null : `${served.address}/a.jpg`)),
    offered({ mime: "image/webp" }, (as) => (as ? null : `${served.address}/b.webp`)),
    offered({ mime: "image/png" }, (as) => (as === "jpeg" ? `${served.address}/c.jpg` : null)),
    offered({ mime: "image/jpeg", width: 3000, height: 4000 }, (as) =>
      as === "jpeg" ? `${served.address}/d.jpg` : null,
    ),
  ];
  const going = on.deliver({ text: "Three views.", media, options: PUBLIC_PHOTOS });
  const outcome = await tiktok.publish(going);
  assert.deepEqual(
    going.calls.map(({ kind, checkpoint }) => [kind, (checkpoint as { phase: string }).phase]),
    [
      ["commit", "photos"],
      ["save", "processing"],
    ],
  );
  const end = await settle(on, going, outcome);
  assert.ok(end.state === "published" && end.remoteId);
  assert.match(end.url ?? "", /@harbourclockworks\/photo\/7\d{18}$/);
  const [item, ...more] = on.sandbox.world.feed();
  assert.equal(more.length, 0);
  assert.deepEqual([item?.title, item?.text, item?.files.length], ["Escapement", "Three views.", 4]);
  assert.deepEqual(served.asked, ["/a.jpg", "/b.webp", "/c.jpg", "/d.jpg"]);
});

test("without a public address nothing is sent, and the remedy says how to get one", async (t) => {
  const on = await stage(t);
  const going = on.deliver({ media: [offered({ mime: "image/jpeg" }, () => null)], options: PUBLIC_PHOTOS });
  await assert.rejects(tiktok.publish(going), (error: { code: string; remedy: string }) => {
    return error.code === "no_public_address" && /PUBLIC_URL/.test(error.remedy);
  });
  assert.deepEqual(going.calls, []);
});

test("addresses TikTok does not trust are refused definitely", async (t) => {
  const on = await stage(t);
  for (const [address, code] of [
    ["https://cdn.elsewhere.example/a.jpg", "url_ownership_unverified"],
    ["http://panel.example/a.jpg", "invalid_params"],
  ] as const) {
    const going = on.deliver({ media: [offered({ mime: "image/jpeg" }, () => address)], options: PUBLIC_PHOTOS });
    await assert.rejects(tiktok.publish(going), { kind: "rejected", code });
  }
});

test("what TikTok cannot use, or has to follow a redirect for, fails with its reason", async (t) => {
  const on = await stage(t);
  const served = await serve(t, {
    "png.jpg": { body: await picture("png"), type: "image/jpeg" },
    "large.jpg": { body: await picture("jpeg", 1254, 1254), type: "image/jpeg" },
    "moved.jpg": { to: "/png.jpg" },
  });
  for (const [file, code] of [
    ["png.jpg", "file_format_check_failed"],
    ["large.jpg", "picture_size_check_failed"],
    ["moved.jpg", "photo_pull_failed"],
    ["missing.jpg", "photo_pull_failed"],
  ] as const) {
    const going = on.deliver({
      media: [offered({ mime: "image/jpeg" }, () => `${served.address}/${file}`)],
      options: PUBLIC_PHOTOS,
    });
    on.sandbox.clock.push(60_000);
    const outcome = await tiktok.publish(going);
    await assert.rejects(settle(on, going, outcome), { kind: "rejected", code });
  }
  assert.deepEqual(on.sandbox.world.feed(), []);
});

test("a draft of photos carries title and text to the inbox", async (t) => {
  const on = await stage(t, { without: ["video.publish"] });
  const served = await serve(t, { "a.jpg": { body: await picture("jpeg"), type: "image/jpeg" } });
  const going = on.deliver({
    text: "For later.",
    media: [offered({ mime: "image/jpeg" }, () => `${served.address}/a.jpg`)],
    options: { title: "Draft" },
  });
  let outcome = await tiktok.publish(going);
  for (let step = 0; step < 60 && outcome.state === "waiting"; step += 1) {
    await sleep(20);
    outcome = await follow(on, going, outcome, (now) => now !== outcome);
  }
  assert.equal(outcome.state, "in_inbox");
  assert.equal(on.sandbox.world.feed()[0]?.text, "For later.");
});

test("a lost answer is looked for by text and time, for a quarter of an hour, and never sent again", async (t) => {
  const on = await stage(t);
  const served = await serve(t, { "a.jpg": { body: await picture("jpeg"), type: "image/jpeg" } });
  const media = [offered({ mime: "image/jpeg" }, () => `${served.address}/a.jpg`)];
  on.sandbox.world.faults.arm({ request: CONTENT, kind: "reset_after" });
  const going = on.deliver({ text: `A long story. ${"word ".repeat(60)}`, media, options: PUBLIC_PHOTOS });
  await assert.rejects(tiktok.publish(going), { kind: "unknown_outcome" });
  const lost = going.calls.at(-1)?.checkpoint;
  let verdict = await tiktok.reconcile(going, lost);
  for (let step = 0; step < 60 && verdict.verdict === "later"; step += 1) {
    await sleep(20);
    on.sandbox.clock.push(2000);
    verdict = await tiktok.reconcile(going, lost);
  }
  assert.ok(verdict.verdict === "landed" && verdict.outcome.state === "published" && verdict.outcome.remoteId);
  assert.equal(on.sandbox.world.feed().length, 1);

  on.sandbox.world.faults.arm({ request: CONTENT, kind: "refuse" });
  const never = on.deliver({ text: "Something else.", media, options: PUBLIC_PHOTOS });
  await assert.rejects(tiktok.publish(never), { kind: "unknown_outcome" });
  const gone = never.calls.at(-1)?.checkpoint;
  assert.equal((await tiktok.reconcile(never, gone)).verdict, "later");
  on.sandbox.clock.push(15 * 60_000);
  assert.equal((await tiktok.reconcile(never, gone)).verdict, "unknown");
});

test("what cannot be seen in the list is left to a person", async (t) => {
  const on = await stage(t);
  const from = { phase: "photos", sentAt: on.session.now(), restarts: 0 };
  const media = [offered({ mime: "image/jpeg" }, () => null)];
  for (const facts of [
    { text: "Private.", media, options: { ...PUBLIC_PHOTOS, privacyLevel: "SELF_ONLY" } },
    { text: "A draft.", media },
    { text: "", media, options: DIRECT },
  ]) {
    assert.deepEqual(await tiktok.reconcile(on.deliver(facts), from), { verdict: "unknown" });
  }
});

test("a refused photo post is no doubt: the fence opens again", async (t) => {
  const on = await stage(t);
  const served = await serve(t, { "a.jpg": { body: await picture("jpeg"), type: "image/jpeg" } });
  const media = [offered({ mime: "image/jpeg" }, () => `${served.address}/a.jpg`)];
  const body = JSON.stringify({ data: {}, error: { code: "spam_risk_too_many_posts", message: "", log_id: "1" } });
  on.sandbox.world.faults.arm({ request: CONTENT, kind: "status", status: 403, body });
  const going = on.deliver({ media, options: PUBLIC_PHOTOS });
  await assert.rejects(tiktok.publish(going), { kind: "rate_limited" });
  assert.equal(checkpointOf(await tiktok.resume(going, going.calls.at(-1)?.checkpoint)).phase, "processing");
});
