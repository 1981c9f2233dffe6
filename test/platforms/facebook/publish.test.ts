/** Every kind of post goes out once, through the right calls, with the fence just before the deciding one. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import test, { type TestContext } from "node:test";
import { KB, landedIn, lastCheckpoint, MB, MIRA, openPage, platform, problemOf, publishedIn } from "./page.ts";

const kinds = (job: { calls: Array<{ kind: string }> }) => job.calls.map((call) => call.kind).join(" ");

test("a text: one call, fenced, with its link", async (t) => {
  const { deliver, world, sent } = await openPage(t);
  const job = deliver();
  const outcome = publishedIn(await platform.publish(job));
  const [item] = world.feed();
  assert.equal(world.feed().length, 1);
  assert.deepEqual([item?.text, item?.handle], ["What the kiln gave back today.", "@miraokaforceramics"]);
  assert.deepEqual([outcome.remoteId, outcome.url], [item?.id, item?.url]);
  assert.ok(outcome.remoteId?.startsWith(`${MIRA}_`));
  assert.equal(kinds(job), "commit save");
  assert.deepEqual(sent, ["POST /<page>/feed", `GET /${item?.id}`.replace(MIRA, "<page>")]);
});

test("a link travels as a card, with or without words; line ends are Facebook's", async (t) => {
  const { deliver, world } = await openPage(t);
  const link = "https://example.org/glaze";
  await platform.publish(deliver({ text: "one\r\ntwo", options: { link } }));
  await platform.publish(deliver({ text: "", options: { link } }));
  const [first, second] = world.feed();
  assert.deepEqual([first?.text, first?.details["link"]], ["one\ntwo", link]);
  assert.deepEqual([second?.text, second?.details["link"]], ["", link]);
});

test("one photo: its bytes and its description arrive unseen, then the post", async (t) => {
  const { deliver, photo, world, sent } = await openPage(t);
  const job = deliver({ media: [await photo("vase", "jpeg", { altText: "A blue vase" })] });
  publishedIn(await platform.publish(job));
  const [item] = world.feed();
  assert.equal(world.feed().length, 1);
  const bytes = readFileSync(path.join(world.folder, "vase.jpeg"));
  assert.equal(item?.files[0]?.sha256, createHash("sha256").update(bytes).digest("hex"));
  assert.deepEqual(item?.details["altTexts"], ["A blue vase"]);
  assert.equal(kinds(job), "save commit save");
  assert.deepEqual(sent.slice(0, 2), ["POST /<page>/photos", "POST /<page>/feed"]);
  assert.equal(job.sent, bytes.length);
});

test("several photos: one post, in order, PNG among them", async (t) => {
  const { deliver, photo, world } = await openPage(t);
  const media = [await photo("a"), await photo("b", "png"), await photo("c")];
  publishedIn(await platform.publish(deliver({ media })));
  const types = world.feed()[0]?.files.map((file) => file.mime);
  assert.deepEqual([world.feed().length, types], [1, ["image/jpeg", "image/png", "image/jpeg"]]);
});

/** Serves one file on this machine. */
async function serve(t: TestContext, file: string, robots = "User-agent: *\nDisallow: /settings\n") {
  const asked: string[] = [];
  const server = createServer((request, reply) => {
    asked.push(request.url ?? "");
    if (request.url === "/robots.txt") return void reply.end(robots);
    const bytes = readFileSync(file);
    reply.writeHead(200, { "content-type": "image/jpeg", "content-length": bytes.length }).end(bytes);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => new Promise((done) => (server.close(done), server.closeAllConnections())));
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/m/photo.jpg`, asked };
}

test("a WebP is fetched by Facebook as a JPEG; without a public address it is refused before the fence", async (t) => {
  const { deliver, photo, world } = await openPage(t);
  await photo("kiln");
  const { address, asked } = await serve(t, path.join(world.folder, "kiln.jpeg"));
  const wanted: Array<string | undefined> = [];
  const publicUrl = async (_minutes: number, as?: "jpeg") => (wanted.push(as), address);
  publishedIn(await platform.publish(deliver({ media: [await photo("kiln", "webp", { publicUrl })] })));
  assert.deepEqual(wanted, ["jpeg"]);
  assert.deepEqual(asked, ["/robots.txt", "/m/photo.jpg"]);
  assert.equal(world.feed()[0]?.files[0]?.mime, "image/jpeg");

  const job = deliver({ media: [await photo("kiln", "webp")] });
  const problem = await problemOf(platform.publish(job));
  assert.deepEqual([problem.kind, problem.code, kinds(job)], ["rejected", "no_public_address", ""]);
});

test("an address that robots.txt closes to Facebook is a plain refusal", async (t) => {
  const { deliver, photo, world } = await openPage(t);
  await photo("kiln");
  const robots = "User-agent: facebookexternalhit\nDisallow: /m/\n";
  const { address, asked } = await serve(t, path.join(world.folder, "kiln.jpeg"), robots);
  const media = [await photo("kiln", "webp", { publicUrl: async () => address })];
  const problem = await problemOf(platform.publish(deliver({ media })));
  assert.equal(problem.kind, "rejected");
  assert.match(problem.message, /could not be downloaded/);
  assert.deepEqual(asked, ["/robots.txt"]);
});

test("a video goes in the pieces that Facebook asks for, then is finished, processed and linked", async (t) => {
  const { deliver, video, follow, world, sent } = await openPage(t);
  const job = deliver({ media: [video(2 * MB + 5)], options: { title: "Opening the kiln" } });
  const outcome = await platform.publish(job);
  assert.equal(outcome.state, "waiting");
  assert.deepEqual([world.feed().length, world.feed()[0]?.state], [1, "processing"]);
  assert.deepEqual(sent.slice(0, 5), [
    "POST /<page>/videos start",
    "POST /<page>/videos",
    "POST /<page>/videos",
    "POST /<page>/videos",
    "POST /<page>/videos finish",
  ]);
  assert.equal(kinds(job), "save save save save commit save");
  const done = publishedIn(await follow(job, outcome));
  const [item] = world.feed();
  assert.deepEqual([item?.state, item?.title, item?.files[0]?.bytes], ["live", "Opening the kiln", 2 * MB + 5]);
  assert.equal(
    item?.files[0]?.sha256,
    createHash("sha256")
      .update(Buffer.alloc(2 * MB + 5))
      .digest("hex"),
  );
  assert.equal(done.url, `https://www.facebook.com/${MIRA}/videos/${item?.id}/`);
  assert.match(done.remoteId ?? "", new RegExp(`^${MIRA}_\\d{17}$`));
  assert.equal(job.sent, 2 * MB + 5);
});

test("a reel goes to the upload host whole and is finished only when all of it is there", async (t) => {
  const { deliver, video, follow, world, requests } = await openPage(t);
  const job = deliver({ media: [video(300 * KB)], options: { kind: "reel", title: "Kiln" } });
  const done = publishedIn(await follow(job, await platform.publish(job)));
  const [item] = world.feed();
  assert.deepEqual([world.feed().length, item?.details["kind"], item?.files[0]?.bytes], [1, "reel", 300 * KB]);
  assert.equal(done.url, `https://www.facebook.com/reel/${item?.id}/`);
  const upload = requests.find((request) => request.url.includes("rupload"));
  assert.equal(new URL(upload?.url ?? "").host, "rupload.facebook.com");
  assert.match(upload?.headers?.["authorization"] ?? "", /^OAuth EAA/);
  assert.equal(upload?.auth, "none");
});

test("a story of a photo and one of a video: no words, no comments, ids longer than numbers", async (t) => {
  const { deliver, photo, video, follow, world } = await openPage(t);
  const still = publishedIn(await platform.publish(deliver({ media: [await photo("s")], options: { kind: "story" } })));
  const story = world.feed()[0];
  assert.deepEqual([still.remoteId, still.url], [`${MIRA}_${story?.id}`, story?.url]);
  assert.ok(!Number.isSafeInteger(Number(story?.id)));
  const job = deliver({ media: [video(40 * KB)], options: { kind: "story" } });
  const moving = publishedIn(await follow(job, await platform.publish(job)));
  assert.match(moving.url ?? "", /^https:\/\/facebook\.com\/stories\//);
  assert.deepEqual(
    world.feed().map((item) => [item.details["kind"], item.text]),
    [
      ["story", ""],
      ["story", ""],
    ],
  );
});

test("the first comment is written once; where it may not be, the post stands with a warning", async (t) => {
  const office = await openPage(t);
  const comments = () => office.world.collection<{ message: string; target: string }>("facebook.comments").all();
  const first = publishedIn(
    await platform.publish(office.deliver({ options: { firstComment: "Ask me about glazes" } })),
  );
  assert.deepEqual(
    comments().map(({ message, target }) => [message, target]),
    [["Ask me about glazes", first.remoteId]],
  );
  assert.equal(first.warnings, undefined);
  const bare = await openPage(t, { without: ["pages_manage_engagement"] });
  const second = publishedIn(await platform.publish(bare.deliver({ options: { firstComment: "Hello" } })));
  assert.match(second.warnings?.[0] ?? "", /^The first comment was not written: /);
  assert.equal(bare.world.feed().length, 1);
});

test("a comment whose answer is lost is looked for, never written twice", async (t) => {
  const { deliver, world } = await openPage(t);
  const comments = () => world.collection("facebook.comments").all().length;
  const write = () => platform.publish(deliver({ text: `Post ${comments()}`, options: { firstComment: "Hello" } }));
  world.faults.arm({ request: `POST graph.facebook.com/v26.0/${MIRA}_`, kind: "reset_after" });
  assert.equal(publishedIn(await write()).warnings, undefined);
  assert.equal(comments(), 1);
  world.faults.arm({ request: `POST graph.facebook.com/v26.0/${MIRA}_`, kind: "refuse" });
  assert.match(publishedIn(await write()).warnings?.[0] ?? "", /may be missing/);
  assert.equal(comments(), 1);
});

test("a restart between comment and answer asks first", async (t) => {
  const { deliver, world } = await openPage(t);
  const job = deliver({ options: { firstComment: "Hello" } });
  await platform.publish(job);
  const died = job.calls.find((call) => call.checkpoint.phase === "landed" && call.checkpoint.comment === "sent");
  assert.ok(died);
  const again = publishedIn(await platform.resume(job, died.checkpoint));
  assert.equal(again.warnings, undefined);
  assert.equal(world.collection("facebook.comments").all().length, 1);
});

test("a video that Facebook cannot process fails in plain words, whatever the code", async (t) => {
  for (const code of ["6000", "1363128", "999"]) {
    const { deliver, video, follow, world } = await openPage(t);
    world.setBehaviour("facebook", "processing", `fail:${code}`);
    const job = deliver({ media: [video(4 * KB)] });
    const problem = await problemOf(platform.publish(job).then((outcome) => follow(job, outcome)));
    assert.deepEqual([problem.kind, problem.code], ["rejected", code]);
    assert.ok(problem.message.endsWith(".") && problem.remedy.endsWith("."));
  }
});

test("what is there stays there when a later look is refused", async (t) => {
  const { deliver, video, follow, world, clock } = await openPage(t);
  const job = deliver({ media: [video(4 * KB)] });
  const outcome = await platform.publish(job);
  world.setBehaviour("facebook", "reading", "missing");
  assert.equal((await platform.resume(job, lastCheckpoint(job))).state, "waiting");
  world.faults.arm({ request: "GET graph.facebook.com/v26.0/9107", kind: "status", status: 400, body: refusedBody });
  assert.equal((await problemOf(platform.resume(job, lastCheckpoint(job)))).kind, "transient");
  clock.push(16 * 60_000);
  assert.equal((await problemOf(platform.resume(job, lastCheckpoint(job)))).code, "video_unseen");
  world.setBehaviour("facebook", "reading", "");
  publishedIn(await follow(job, outcome));
});

const refusedBody = JSON.stringify({ error: { message: "(#10) no", code: 10 } });

test("a link that cannot be read costs nothing but the better address", async (t) => {
  const { deliver, world } = await openPage(t);
  world.faults.arm({ request: `GET graph.facebook.com/v26.0/${MIRA}_`, kind: "status", status: 500 });
  const outcome = publishedIn(await platform.publish(deliver()));
  assert.equal(outcome.url, `https://www.facebook.com/${outcome.remoteId}`);
});

test("reconcile of what has landed goes on from there", async (t) => {
  const { deliver } = await openPage(t);
  const job = deliver();
  await platform.publish(job);
  landedIn(await platform.reconcile(job, lastCheckpoint(job)));
});
