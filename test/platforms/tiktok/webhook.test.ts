/** TikTok's webhook: only what TikTok signed is believed, and read for what it says. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import test from "node:test";
import { pushed } from "../../../src/platforms/tiktok/webhook.ts";

const SECRET = "test_secret";
const NOW = 1_700_000_100_000;

/** The vector that stands in the protocol sheet. */
const BODY = String.raw`{"client_key":"awtest","event":"authorization.removed","create_time":1700000000,"user_openid":"oid-1","content":"{\"reason\": 1 }"}`;
const SIGNED = "t=1700000001,s=5e2e2309ced0e44767a77b742c405c7022cdb8f2bf4d254049b095342cbd444b";

function hear(body: string, signature: string | undefined, facts: { clientSecret?: string; now?: number } = {}) {
  return pushed(
    { headers: { "tiktok-signature": signature }, body: Buffer.from(body) },
    { clientSecret: SECRET, now: NOW, ...facts },
  );
}

function signed(body: string, at = NOW): string {
  const time = String(Math.floor(at / 1000));
  return `t=${time},s=${createHmac("sha256", SECRET).update(`${time}.${body}`).digest("hex")}`;
}

function event(name: string, content: string): string {
  return JSON.stringify({ client_key: "k", event: name, create_time: 1_700_000_000, user_openid: "oid-1", content });
}

test("the sheet's vector holds", () => {
  assert.deepEqual(hear(BODY, SIGNED), {
    kind: "withdrawn",
    remoteId: "oid-1",
    at: 1_700_000_000_000,
    reason: "The creator withdrew Postern's access in TikTok.",
  });
});

test("anything that TikTok did not sign is refused", () => {
  const refused = { kind: "rejected", code: "bad_signature" };
  for (const signature of [
    undefined,
    "",
    "t=1700000001",
    "s=5e2e",
    SIGNED.replace("5e2e", "5e2f"),
    SIGNED.replace("t=1700000001", "t=1700000002"),
    SIGNED.replace("t=1700000001", "t=now"),
    `${SIGNED}00`,
  ]) {
    assert.throws(() => hear(BODY, signature), refused, signature ?? "none");
  }
  assert.throws(() => hear(BODY.replace("oid-1", "oid-2"), SIGNED), refused);
  assert.throws(() => hear(BODY, SIGNED, { clientSecret: "other" }), refused);
});

test("late is heard, because TikTok repeats for three days; from the future and from long ago is not", () => {
  const HOUR = 3_600_000;
  assert.ok(hear(BODY, SIGNED, { now: NOW + 72 * HOUR }));
  assert.throws(() => hear(BODY, SIGNED, { now: NOW + 74 * HOUR }), { code: "bad_signature" });
  assert.throws(() => hear(BODY, SIGNED, { now: NOW - HOUR }), { code: "bad_signature" });
  assert.ok(hear(BODY, SIGNED.replace(",", ", ")));
});

test("every event is read for what it means here", () => {
  const kinds: Array<[name: string, content: string, kind: string | undefined]> = [
    ["post.publish.complete", '{"publish_id":"v","publish_type":"DIRECT_POST"}', "look"],
    ["post.publish.failed", '{"publish_id":"v","reason":"internal"}', "look"],
    ["post.publish.inbox_delivered", '{"publish_id":"v"}', "look"],
    ["post.publish.publicly_available", '{"publish_id":"v","post_id":7678907398077074696}', "look"],
    ["post.publish.something_new", "", "look"],
    ["post.publish.no_longer_publicaly_available", "{}", undefined],
    ["video.upload.failed", '{"share_id":"s"}', undefined],
    ["portability.download.ready", "{}", undefined],
  ];
  for (const [name, content, kind] of kinds) {
    const body = event(name, content);
    assert.equal(hear(body, signed(body))?.kind, kind, name);
  }
  const gone = event("post.publish.no_longer_publicaly_available", '{"publish_id":"v","post_id":7678907398077074696}');
  const news = hear(gone, signed(gone));
  assert.equal(news?.kind === "hidden" && news.postId, "7678907398077074696", "every digit");
  for (const reason of [0, 2, 3, 4, 5, 99, "2"]) {
    const body = event("authorization.removed", JSON.stringify({ reason }));
    const removed = hear(body, signed(body));
    assert.ok(removed?.kind === "withdrawn" && removed.reason.endsWith("."));
  }
  for (const content of [undefined, "", "not json", { reason: 2 }, []]) {
    const body = JSON.stringify({ event: "authorization.removed", create_time: 1, user_openid: "o", content });
    assert.equal(hear(body, signed(body))?.kind, "withdrawn", JSON.stringify(content));
  }
  for (const body of ["{}", '{"event":"post.publish.complete"}']) assert.equal(hear(body, signed(body)), null);
  assert.throws(() => hear("not json", signed("not json")), { kind: "rejected", code: "unreadable" });
});
