/** A video from file to feed, over real sockets: direct, inbox, and everything that breaks on the way. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import path from "node:path";
import test from "node:test";
import type { PlatformError } from "../../../src/platforms/contract.ts";
import { tiktok } from "../../../src/platforms/tiktok/index.ts";
import { API, checkpointOf, DIRECT, follow, INIT, stage, STATUS, UPLOAD, type Stage } from "./setup.ts";

const BIG = 70_000_123;

/** Counts the calls whose address ends like this. */
function countCalls({ session }: Stage, end: string): () => number {
  let calls = 0;
  const request = session.request.bind(session);
  session.request = (call) => {
    if (call.url.endsWith(end)) calls += 1;
    return request(call);
  };
  return () => calls;
}

async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of createReadStream(file)) hash.update(part as Buffer);
  return hash.digest("hex");
}

function inits({ sandbox }: Stage): number {
  return sandbox.world.collection("tiktok.tasks").all().length;
}

test("direct: saved before the first byte, committed before the last, followed until the link is known", async (t) => {
  const on = await stage(t);
  const going = on.deliver({
    text: "A clock.",
    media: [on.video(300_000)],
    options: { ...DIRECT, allowComment: true },
  });
  const first = await tiktok.publish(going);
  assert.equal(first.state, "waiting");
  assert.deepEqual(
    going.calls.map(({ kind, checkpoint }) => [kind, (checkpoint as { phase: string }).phase]),
    [
      ["save", "upload"],
      ["commit", "upload"],
      ["save", "processing"],
    ],
  );
  assert.equal(going.sent, 300_000);
  const live = await follow(on, going, first, (outcome) => outcome.state === "published");
  assert.deepEqual([live.state, "remoteId" in live && live.remoteId], ["published", null]);
  const linked = await follow(on, going, live);
  assert.ok(linked.state === "published" && linked.remoteId && !linked.lookAgainAt);
  assert.match(linked.remoteId, /^7\d{18}$/);
  assert.equal(linked.url, `https://www.tiktok.com/@harbourclockworks/video/${linked.remoteId}`);
  const [item, ...more] = on.sandbox.world.feed();
  assert.equal(more.length, 0);
  assert.equal(item?.public, true);
  assert.equal(item?.text, "A clock.");
  assert.equal(item?.files[0]?.sha256, await sha256(path.join(on.folder, "video-300000.mp4")));
  assert.deepEqual(
    [item?.details["disable_comment"], item?.details["disable_duet"], item?.details["brand_content_toggle"]],
    [false, true, false],
  );
  assert.deepEqual(item?.details["warnings"], [], "no token went to the upload address");
  assert.deepEqual((await tiktok.metrics(on.session, [linked.remoteId, "71"]))["71"], null);
  const numbers = (await tiktok.metrics(on.session, [linked.remoteId]))[linked.remoteId];
  assert.ok((numbers?.views ?? 0) > 0);
});

test("nothing secret is in the notes", async (t) => {
  const on = await stage(t);
  const going = on.deliver({ media: [on.video(1000)], options: DIRECT });
  await tiktok.publish(going);
  const said = going.notes.join("\n");
  for (const { secret } of on.sandbox.world.secrets()) assert.ok(!said.includes(secret));
});

test("70 MB go in seven chunks, each saved, the last one committed", async (t) => {
  const on = await stage(t);
  const going = on.deliver({ media: [on.video(BIG)], options: DIRECT });
  const outcome = await tiktok.publish(going);
  const kinds = going.calls.map((call) => call.kind);
  assert.deepEqual(kinds, ["save", "save", "save", "save", "save", "save", "save", "commit", "save"]);
  assert.equal((await follow(on, going, outcome)).state, "published");
  const [item] = on.sandbox.world.feed();
  assert.equal(item?.files[0]?.bytes, BIG);
  assert.equal(item?.files[0]?.sha256, await sha256(path.join(on.folder, `video-${BIG}.mp4`)));
});

test("a chunk that is cut, refused by a gateway or whose reply is lost is sent again or skipped, as TikTok has it", async (t) => {
  const on = await stage(t);
  const { faults } = on.sandbox.world;
  faults.arm({ request: UPLOAD, kind: "cut", bytes: 3_000_000 });
  faults.arm({ request: UPLOAD, kind: "status", status: 502, skip: 1 });
  faults.arm({ request: UPLOAD, kind: "reset_after", skip: 2 });
  const going = on.deliver({ media: [on.video(BIG)], options: DIRECT });
  const outcome = await tiktok.publish(going);
  assert.equal((await follow(on, going, outcome)).state, "published");
  assert.deepEqual(
    faults.list().map((fault) => fault.times),
    [0, 0, 0],
  );
  assert.equal(inits(on), 1);
  assert.equal(on.sandbox.world.feed()[0]?.files[0]?.sha256, await sha256(path.join(on.folder, `video-${BIG}.mp4`)));
});

test("a gateway that stays down before the fence is transient, and the next turn goes on with the same upload", async (t) => {
  const on = await stage(t);
  on.sandbox.world.faults.arm({ request: UPLOAD, kind: "status", status: 503, skip: 2, times: -1 });
  const going = on.deliver({ media: [on.video(BIG)], options: DIRECT });
  const controller = new AbortController();
  going.signal = controller.signal;
  const sending = tiktok.publish(going);
  // The waits between tries are cut short the way a stopping process does it.
  setTimeout(() => controller.abort(), 1500).unref();
  await assert.rejects(sending, { kind: "transient" });
  assert.ok(!going.calls.some((call) => call.kind === "commit"));
  const last = going.calls.at(-1)?.checkpoint as { phase: string; sent: number };
  assert.deepEqual([last.phase, last.sent], ["upload", 2]);
  on.sandbox.world.faults.clear();
  going.signal = new AbortController().signal;
  const outcome = await tiktok.resume(going, last);
  assert.equal((await follow(on, going, outcome)).state, "published");
  assert.equal(inits(on), 1);
});

test("out of step: an old checkpoint is brought up to TikTok's count", async (t) => {
  const on = await stage(t);
  on.sandbox.world.faults.arm({ request: UPLOAD, kind: "status", status: 400, skip: 4 });
  const going = on.deliver({ media: [on.video(BIG)], options: DIRECT });
  await assert.rejects(tiktok.publish(going), { kind: "rejected" });
  const early = going.calls[1]?.checkpoint as { sent: number };
  assert.equal(early.sent, 1);
  const outcome = await tiktok.resume(going, early);
  assert.equal((await follow(on, going, outcome)).state, "published");
  assert.equal(on.sandbox.world.feed()[0]?.files[0]?.bytes, BIG);
});

test("the reply to the last chunk is lost: in doubt, found again, one post only", async (t) => {
  for (const kind of ["reset_after", "status_after"] as const) {
    const on = await stage(t);
    on.sandbox.world.faults.arm({ request: UPLOAD, kind });
    const going = on.deliver({ media: [on.video(5000)], options: DIRECT });
    await assert.rejects(tiktok.publish(going), { kind: "unknown_outcome" });
    const committed = going.calls.at(-1);
    assert.equal(committed?.kind, "commit");
    const verdict = await tiktok.reconcile(going, committed?.checkpoint);
    assert.ok(verdict.verdict === "landed");
    const end = await follow(on, going, verdict.outcome);
    assert.ok(end.state === "published" && end.remoteId);
    assert.equal(on.sandbox.world.feed().length, 1);
    assert.equal(inits(on), 1);
  }
});

test("the last chunk never arrived: absent, and the same upload is finished", async (t) => {
  const on = await stage(t);
  on.sandbox.world.faults.arm({ request: UPLOAD, kind: "cut", bytes: 900, skip: 6 });
  const going = on.deliver({ media: [on.video(BIG)], options: DIRECT });
  await assert.rejects(tiktok.publish(going), { kind: "unknown_outcome" });
  const verdict = await tiktok.reconcile(going, going.calls.at(-1)?.checkpoint);
  assert.ok(verdict.verdict === "absent" && verdict.checkpoint);
  const outcome = await tiktok.resume(going, verdict.checkpoint);
  assert.equal((await follow(on, going, outcome)).state, "published");
  assert.deepEqual([on.sandbox.world.feed().length, inits(on)], [1, 1]);
});

test("a token that dies on the way is renewed, and the same publish_id followed", async (t) => {
  const on = await stage(t);
  const going = on.deliver({ media: [on.video(5000)], options: DIRECT });
  const outcome = await tiktok.publish(going);
  const before = on.session.tokens.accessToken;
  on.sandbox.world.setBehaviour("tiktok", "token", "expired");
  assert.equal((await follow(on, going, outcome)).state, "published");
  assert.notEqual(on.session.tokens.accessToken, before);
  assert.deepEqual([on.sandbox.world.feed().length, inits(on)], [1, 1]);
});

test("after its hour an upload is asked about, and only an unfinished one is begun anew", async (t) => {
  const on = await stage(t);
  on.sandbox.world.faults.arm({ request: UPLOAD, kind: "status", status: 400, skip: 1 });
  const going = on.deliver({ media: [on.video(BIG)], options: DIRECT });
  await assert.rejects(tiktok.publish(going), { kind: "rejected" });
  on.sandbox.clock.push(3_600_001);
  const outcome = await tiktok.resume(going, going.calls.at(-1)?.checkpoint);
  assert.equal(inits(on), 2);
  assert.equal((await follow(on, going, outcome)).state, "published");
  assert.equal(on.sandbox.world.feed().length, 1);

  const whole = on.deliver({ media: [on.video(4000)], options: DIRECT });
  await tiktok.publish(whole);
  const committed = whole.calls.find((call) => call.kind === "commit");
  on.sandbox.clock.push(3_600_001);
  assert.equal((await tiktok.resume(whole, committed?.checkpoint)).state, "published");
  assert.equal(inits(on), 3);
});

test("faults of the init are before the fence", async (t) => {
  const on = await stage(t);
  const going = on.deliver({ media: [on.video(5000)], options: DIRECT });
  for (const fault of [
    { kind: "reset_after" },
    { kind: "status", status: 502 },
    { kind: "garbage" },
    { kind: "truncated" },
  ] as const) {
    on.sandbox.world.faults.arm({ request: INIT, ...fault });
    await assert.rejects(tiktok.publish(going), { kind: "transient" });
  }
  assert.deepEqual(going.calls, []);
  assert.deepEqual(on.sandbox.world.feed(), []);
});

test("a flood is met with a pause of about a minute", async (t) => {
  const on = await stage(t);
  const going = on.deliver({ media: [on.video(100)], options: DIRECT });
  for (let sent = 0; sent < 6; sent += 1) await tiktok.publish(going);
  await assert.rejects(tiktok.publish(going), (error: PlatformError) => {
    const wait = (error.until ?? 0) - on.session.now();
    return error.kind === "rate_limited" && wait > 59_000 && wait < 71_000;
  });
});

test("a block told with status 200 stops a direct post before the fence", async (t) => {
  const on = await stage(t);
  on.sandbox.world.setBehaviour("tiktok", "creator", "spam_risk_too_many_posts");
  const going = on.deliver({ media: [on.video(100)], options: DIRECT });
  await assert.rejects(tiktok.publish(going), { kind: "rate_limited", code: "spam_risk_too_many_posts" });
  assert.deepEqual([going.calls.length, inits(on)], [0, 0]);
  const facts = await tiktok.prepare(on.session);
  assert.match(
    JSON.stringify(
      tiktok.panel({ text: "", media: [], options: { mode: "direct" }, assets: {}, dueAt: null }, facts).notices,
    ),
    /no more today/,
  );
});

test("choices the account no longer offers are refused, never replaced", async (t) => {
  const on = await stage(t, { account: "1d0e4c7a-52f3-4a1e-9b1f-quietkitchen" });
  on.sandbox.world.setBehaviour("tiktok", "account", "private");
  const gone = on.deliver({ media: [on.video(100)], options: DIRECT });
  await assert.rejects(tiktok.publish(gone), { kind: "rejected", code: "check_privacyLevel" });
  const long = on.deliver({
    media: [on.video(100, { durationMs: 181_000 })],
    options: { ...DIRECT, privacyLevel: "SELF_ONLY" },
  });
  await assert.rejects(tiktok.publish(long), { kind: "rejected", code: "check_media" });
  assert.equal(inits(on), 0);
});

test("an unaudited app is told so; only me on a private account works and never gets a link", async (t) => {
  const on = await stage(t);
  on.sandbox.world.setBehaviour("tiktok", "app", "unaudited");
  const options = { ...DIRECT, privacyLevel: "SELF_ONLY" };
  const going = on.deliver({ media: [on.video(100)], options });
  await assert.rejects(tiktok.publish(going), {
    code: "unaudited_client_can_only_post_to_private_accounts",
    kind: "rejected",
  });
  on.sandbox.world.setBehaviour("tiktok", "account", "private");
  const outcome = await tiktok.publish(going);
  const end = await follow(on, going, outcome);
  assert.deepEqual(end, { state: "published", remoteId: null, url: null });
});

test("inbox: delivered, waiting there for about a day, published once the creator finished it", async (t) => {
  const on = await stage(t, { without: ["video.publish", "video.list"] });
  const going = on.deliver({ text: "Not sent.", media: [on.video(100)] });
  const outcome = await tiktok.publish(going);
  const inbox = await follow(on, going, outcome, (now) => now.state === "in_inbox");
  assert.ok(inbox.state === "in_inbox" && inbox.expiresAt);
  assert.ok(Math.abs(inbox.expiresAt - on.session.now() - 86_400_000) < 5000);
  assert.equal(on.sandbox.world.feed()[0]?.state, "inbox");
  assert.equal(on.sandbox.world.feed()[0]?.text, "");
  const still = await follow(on, going, inbox, (now) => now !== inbox);
  assert.ok(still.state === "in_inbox" && still.expiresAt === inbox.expiresAt);
  on.sandbox.world.setBehaviour("tiktok", "inbox", "posted");
  const end = await follow(on, going, still);
  assert.ok(end.state === "published" && end.remoteId);
  assert.match(end.url ?? "", /@harbourclockworks\/video\/7\d{18}$/);
  assert.equal(on.sandbox.world.feed().length, 1);
});

test("a draft nobody finished ends as expired after two days", async (t) => {
  const on = await stage(t);
  const going = on.deliver({ media: [on.video(100)] });
  const inbox = await follow(on, going, await tiktok.publish(going), (now) => now.state === "in_inbox");
  on.sandbox.clock.push(2 * 86_400_000);
  await assert.rejects(tiktok.resume(going, checkpointOf(inbox)), { kind: "rejected", code: "inbox_expired" });
});

test("the sixth pending draft waits", async (t) => {
  const on = await stage(t);
  const going = on.deliver({ media: [on.video(100)] });
  for (let sent = 0; sent < 5; sent += 1) await tiktok.publish(going);
  await assert.rejects(tiktok.publish(going), { kind: "rate_limited", code: "spam_risk_too_many_pending_share" });
});

test("processing that fails is final with TikTok's reason; TikTok's own fault is worth one new upload", async (t) => {
  const on = await stage(t);
  const going = on.deliver({ media: [on.video(100)], options: DIRECT });
  on.sandbox.world.setBehaviour("tiktok", "processing", "fail:frame_rate_check_failed");
  await assert.rejects(follow(on, going, await tiktok.publish(going)), {
    kind: "rejected",
    code: "frame_rate_check_failed",
  });
  assert.equal(inits(on), 1);
  on.sandbox.world.setBehaviour("tiktok", "processing", "fail:internal");
  const outcome = await tiktok.publish(going);
  await assert.rejects(follow(on, going, outcome), { kind: "rejected", code: "internal" });
  assert.equal(inits(on), 3);
  assert.ok(on.sandbox.world.feed().every((item) => item.state === "failed" && !item.public));
});

test("status is asked at TikTok's pace, and after a day nobody is told a guess", async (t) => {
  const on = await stage(t);
  on.sandbox.world.setBehaviour("tiktok", "processing", "never");
  const going = on.deliver({ media: [on.video(100)], options: DIRECT });
  let outcome = await tiktok.publish(going);
  const waits: number[] = [];
  for (let look = 0; look < 16; look += 1) {
    assert.ok(outcome.state === "waiting");
    const wait = outcome.lookAgainAt - on.sandbox.clock.now();
    waits.push(Math.round(wait / 1000));
    on.sandbox.clock.push(wait);
    outcome = await tiktok.resume(going, checkpointOf(outcome));
  }
  assert.deepEqual(waits, [5, 5, 5, 5, 5, 5, 15, 15, 15, 15, 15, 15, 15, 15, 60, 60]);
  on.sandbox.clock.push(86_400_000);
  const old = checkpointOf(outcome);
  await assert.rejects(tiktok.resume(going, old), { kind: "unknown_outcome" });
  assert.deepEqual(await tiktok.reconcile(going, old), { verdict: "unknown" });
});

test("a forgotten publish_id is never taken for a failure", async (t) => {
  const on = await stage(t);
  const going = on.deliver({ media: [on.video(100)], options: DIRECT });
  const outcome = await tiktok.publish(going);
  const body = JSON.stringify({ error: { code: "invalid_publish_id", message: "", log_id: "1" } });
  on.sandbox.world.faults.arm({ request: STATUS, kind: "status", status: 400, body, times: 2 });
  await assert.rejects(tiktok.resume(going, checkpointOf(outcome)), { kind: "unknown_outcome" });
  assert.deepEqual(await tiktok.reconcile(going, checkpointOf(outcome)), { verdict: "unknown" });
});

test("an upload address that is not TikTok's gets no byte", async (t) => {
  const on = await stage(t);
  const body = JSON.stringify({
    data: { publish_id: "v_pub_file~1", upload_url: "https://upload.evil.example/video/?token=1" },
    error: { code: "ok", message: "", log_id: "1" },
  });
  on.sandbox.world.faults.arm({ request: `POST ${API}/post/publish/video/init/`, kind: "status", status: 200, body });
  const going = on.deliver({ media: [on.video(100)], options: DIRECT });
  await assert.rejects(tiktok.publish(going), { code: "foreign_upload_address" });
  assert.deepEqual(going.calls, []);
});

test("an upload address is used as it comes: TikTok's real host, or the sandbox under another name", async (t) => {
  for (const [shown, host] of [
    [(text: string) => text.replace(/http:..127.*?.open-upload/, "https://open-upload"), "open-upload.tiktokapis.com"],
    [(text: string) => text.replace("http://127.0.0.1:", "http://localhost:"), "localhost"],
  ] as const) {
    const on = await stage(t);
    const request = on.session.request.bind(on.session);
    const put: string[] = [];
    on.session.request = async (call) => {
      if (call.method === "PUT") put.push(new URL(call.url).hostname);
      const reply = await request(call);
      if (!call.url.endsWith("/video/init/")) return reply;
      return { ...reply, json: JSON.parse(shown(reply.text)) as unknown };
    };
    await tiktok.publish(on.deliver({ media: [on.video(4000)], options: DIRECT }));
    assert.deepEqual([put, on.sandbox.world.feed().length], [[host], 1]);
  }
});

test("asking in vain after the last chunk is doubt, whatever the fault, and a refused question is no refusal of the post", async (t) => {
  const on = await stage(t);
  const going = on.deliver({ media: [on.video(100)], options: DIRECT });
  const refused = (code: string) => JSON.stringify({ data: {}, error: { code, message: "", log_id: "1" } });
  for (const [status, code] of [
    [429, "rate_limit_exceeded"],
    [400, "invalid_params"],
    [500, "internal_error"],
  ] as const) {
    on.sandbox.world.faults.arm({ request: UPLOAD, kind: "status", status: 416 });
    on.sandbox.world.faults.arm({ request: STATUS, kind: "status", status, body: refused(code) });
    await assert.rejects(tiktok.publish(going), { kind: "unknown_outcome", code });
    assert.equal(going.calls.at(-1)?.kind, "commit");
  }
  const verdict = await tiktok.reconcile(going, going.calls.at(-1)?.checkpoint);
  assert.equal(verdict.verdict, "absent");
});

test("gone after a doubtful last chunk is waited out, because the upload may be complete; begun anew only after its hour", async (t) => {
  const on = await stage(t);
  const going = on.deliver({ media: [on.video(4000)], options: DIRECT });
  on.sandbox.world.faults.arm({ request: UPLOAD, kind: "refuse" });
  await assert.rejects(tiktok.publish(going), { kind: "unknown_outcome" });
  const verdict = await tiktok.reconcile(going, going.calls.at(-1)?.checkpoint);
  assert.ok(verdict.verdict === "absent" && verdict.checkpoint);
  on.sandbox.world.faults.arm({ request: UPLOAD, kind: "status", status: 404 });
  await assert.rejects(tiktok.resume(going, verdict.checkpoint), { kind: "unknown_outcome" });
  assert.equal(inits(on), 1);
  on.sandbox.clock.push(3_600_001);
  const outcome = await tiktok.resume(going, verdict.checkpoint);
  assert.equal(inits(on), 2);
  assert.equal((await follow(on, going, outcome)).state, "published");
  assert.equal(on.sandbox.world.feed().length, 1);
});

test("a closed upload that surely holds nothing is begun anew at once, after the creator was asked about again", async (t) => {
  const on = await stage(t);
  on.sandbox.world.faults.arm({ request: UPLOAD, kind: "status", status: 403 });
  const asked = countCalls(on, "/creator_info/query/");
  const going = on.deliver({ media: [on.video(4000)], options: DIRECT });
  const outcome = await tiktok.publish(going);
  assert.deepEqual([inits(on), asked()], [2, 2]);
  assert.equal((await follow(on, going, outcome)).state, "published");
  assert.equal(on.sandbox.world.feed().length, 1);
});

test("a success that is none of the documented ones is asked about, not repeated", async (t) => {
  const on = await stage(t);
  on.sandbox.world.faults.arm({ request: UPLOAD, kind: "status_after", status: 200 });
  const going = on.deliver({ media: [on.video(4000)], options: DIRECT });
  const outcome = await tiktok.publish(going);
  assert.equal((await follow(on, going, outcome)).state, "published");
  assert.deepEqual([on.sandbox.world.feed().length, inits(on)], [1, 1]);
});

test("what the creator switched off is never asked for", async (t) => {
  const on = await stage(t, { account: "1d0e4c7a-52f3-4a1e-9b1f-quietkitchen" });
  const sent: Array<Record<string, unknown>> = [];
  const request = on.session.request.bind(on.session);
  on.session.request = (call) => {
    if (call.url.endsWith("/video/init/")) sent.push((call.json as { post_info: Record<string, unknown> }).post_info);
    return request(call);
  };
  const options = { ...DIRECT, allowComment: true, allowDuet: true, allowStitch: true };
  await tiktok.publish(on.deliver({ media: [on.video(4000)], options }));
  const [info] = sent;
  assert.deepEqual([info?.["disable_comment"], info?.["disable_duet"], info?.["disable_stitch"]], [false, true, true]);
});

test("a status whose fields come in other clothes is read all the same", async (t) => {
  const on = await stage(t);
  const going = on.deliver({ media: [on.video(4000)], options: DIRECT });
  const outcome = await tiktok.publish(going);
  const answers = [
    ['{"status":"PUBLISH_COMPLETE","publicaly_available_post_id":["7678907398077074696"]}', "7678907398077074696"],
    ['{"status":"PUBLISH_COMPLETE","publicaly_available_post_id":[7678907398077074696]}', "7678907398077074696"],
    [
      '{"status":"PUBLISH_COMPLETE","publicaly_available_post_id":7678907398077074696,"extra":{}}',
      "7678907398077074696",
    ],
    ['{"status":"PUBLISH_COMPLETE","publicaly_available_post_id":[]}', null],
    ['{"status":"PUBLISH_COMPLETE","publicaly_available_post_id":null}', null],
    ['{"status":"PUBLISH_COMPLETE"}', null],
  ] as const;
  for (const [data, id] of answers) {
    const body = `{"data":${data},"error":{"code":"ok","message":"","log_id":"1"}}`;
    on.sandbox.world.faults.arm({ request: STATUS, kind: "status", status: 200, body });
    const end = await tiktok.resume(going, checkpointOf(outcome));
    assert.ok(end.state === "published", data);
    assert.equal(end.remoteId, id, data);
  }
  for (const data of ['{"status":"A_WORD_OF_THE_FUTURE"}', "{}"]) {
    const body = `{"data":${data},"error":{"code":"ok","message":"","log_id":"1"}}`;
    on.sandbox.world.faults.arm({ request: STATUS, kind: "status", status: 200, body });
    assert.equal((await tiktok.resume(going, checkpointOf(outcome))).state, "waiting", data);
  }
});

test("an upload found whole is fenced before it is followed", async (t) => {
  const on = await stage(t);
  const going = on.deliver({ media: [on.video(100)], options: DIRECT });
  await tiktok.publish(going);
  const opened = going.calls[0]?.checkpoint;
  const again = on.deliver({ media: [on.video(100)], options: DIRECT });
  const outcome = await tiktok.resume(again, opened);
  assert.equal(outcome.state, "waiting");
  assert.deepEqual(
    again.calls.slice(-2).map((call) => call.kind),
    ["commit", "save"],
  );
  assert.equal(inits(on), 1);
});
