/** Meta's signed requests: what it signed is read, whatever the spelling of its numbers; everything else is refused. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import test from "node:test";
import { readSignedRequest, takingBack } from "../../../src/platforms/shared/meta/index.ts";

const NOW = Date.UTC(2026, 10, 22, 12);
const facts = { secrets: ["the facebook app's", "the instagram app's"], now: NOW };
const NAMED = '{"user_id":"218471","algorithm":"HMAC-SHA256","issued_at":1291836800}';

function signed(json: string, secret = facts.secrets[0]!): string {
  const body = Buffer.from(json).toString("base64url");
  return `${createHmac("sha256", secret).update(body).digest("base64url")}.${body}`;
}

test("a request signed with any of the secrets is read", () => {
  for (const secret of facts.secrets) {
    const taken = readSignedRequest(signed(NAMED, secret), facts);
    assert.deepEqual(taken, { personId: "218471", remoteId: null, at: 1_291_836_800_000 });
  }
});

test("ids longer than a JavaScript number and times as text lose nothing", () => {
  const json = '{"user_id": 17841400000000011234, "algorithm":"HMAC-SHA256","issued_at":"1291836800","expires":0}';
  assert.deepEqual(readSignedRequest(signed(json), facts), {
    personId: "17841400000000011234",
    remoteId: null,
    at: 1_291_836_800_000,
  });
});

test("a Page that removed the app is named by its own id", () => {
  const json = '{"algorithm":"HMAC-SHA256","issued_at":1291836800,"profile_id":"270000000000011","user_id":null}';
  const taken = readSignedRequest(signed(json), facts);
  assert.deepEqual([taken.personId, taken.remoteId], [null, "270000000000011"]);
  assert.ok(takingBack.concerns(taken, { remoteId: "270000000000011", extra: {} }));
  assert.ok(takingBack.concerns(taken, { remoteId: "17841400000000011", extra: { pageId: "270000000000011" } }));
  assert.ok(!takingBack.concerns(taken, { remoteId: "270000000000021", extra: { personId: "218471" } }));
});

const good = signed(NAMED);
const [signature = "", body = ""] = good.split(".");
for (const [what, text] of [
  ["nothing", ""],
  ["no signature", `.${body}`],
  ["no body", `${signature}.`],
  ["three parts", `${good}.x`],
  ["another secret", signed(NAMED, "guessed")],
  ["an empty secret", signed(NAMED, "")],
  ["another body", `${signature}.${Buffer.from(NAMED.replace("218471", "218472")).toString("base64url")}`],
  ["another algorithm", signed(NAMED.replace("HMAC-SHA256", "none"))],
  ["no algorithm", signed('{"user_id":"1"}')],
  ["nobody named", signed('{"algorithm":"HMAC-SHA256","issued_at":1}')],
  ["no JSON", signed("user_id=1")],
  ["expired", signed(NAMED.replace("}", `,"expires":${NOW / 1000 - 1}}`))],
  ["far too long", signed(NAMED.replace("218471", "2".repeat(9000)))],
] as const) {
  test(`refused: ${what}`, () => {
    assert.throws(() => readSignedRequest(text, { ...facts, secrets: [...facts.secrets, ""] }), { code: "not_signed" });
  });
}
