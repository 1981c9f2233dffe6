/** What platforms sign and how long they ask to wait: only what the secret made is read, and every wait is a time. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import test from "node:test";
import fc from "fast-check";
import { PlatformError } from "../../src/platforms/contract.ts";
import { retryAfter } from "../../src/platforms/shared/google/index.ts";
import { readSignedRequest } from "../../src/platforms/shared/meta/index.ts";
import { usageOf } from "../../src/platforms/shared/meta/usage.ts";
import { waitAsked } from "../../src/platforms/tiktok/client.ts";
import { pushed } from "../../src/platforms/tiktok/webhook.ts";

const NOW = Date.UTC(2026, 10, 22, 12);
const SECRET = "the app's";
const facts = { secrets: [SECRET, "another app's"], now: NOW };
const id = fc.bigInt({ min: 1n, max: 10n ** 20n }).map(String);

const hmac = (text: string, secret = SECRET) => createHmac("sha256", secret).update(text);

function refused(work: () => unknown, code: RegExp): void {
  assert.throws(work, (error) => error instanceof PlatformError && error.kind === "rejected" && code.test(error.code));
}

/** One sign of a text replaced, also by one that only its lower byte has in common with the old. */
const bend = fc.record({
  at: fc.double({ min: 0, max: 0.999, noNaN: true }),
  by: fc.oneof(fc.constantFrom(1, 32, 0x100, 0x2000), fc.integer({ min: 1, max: 0xffff })),
});
function bent(text: string, { at, by }: { at: number; by: number }): string {
  const place = Math.floor(at * text.length);
  return text.slice(0, place) + String.fromCharCode((text.charCodeAt(place) + by) & 0xffff) + text.slice(place + 1);
}

test("Meta: only a request that the secret signed is read, and not with one sign changed", () => {
  fc.assert(
    fc.property(id, bend, fc.string({ minLength: 1 }), (person, how, other) => {
      const json = JSON.stringify({ algorithm: "HMAC-SHA256", user_id: person, issued_at: 1, note: other });
      const body = Buffer.from(json).toString("base64url");
      const signature = hmac(body).digest("base64url");
      assert.equal(readSignedRequest(`${signature}.${body}`, facts).personId, person);
      const not = (text: string): void => refused(() => readSignedRequest(text, facts), /^not_signed$/);
      not(`${signature}.${bent(body, how)}`);
      // The last sign holds four bits that are no part of the signature.
      not(`${bent(signature.slice(0, -1), { ...how, by: (how.by & 31) + 1 })}${signature.slice(-1)}.${body}`);
      if (!facts.secrets.includes(other)) not(`${hmac(body, other).digest("base64url")}.${body}`);
      not(`${signature}.${body}.`);
      not(`.${body}`);
      not(`${signature}.`);
      not(other);
      not(`${other}.${body}`);
    }),
    { numRuns: 500 },
  );
});

test("TikTok: only a webhook that the secret signed is read, and not with one sign changed", () => {
  fc.assert(
    fc.property(id, bend, fc.string(), (person, how, noise) => {
      const body = JSON.stringify({ event: "post.publish.complete", user_openid: person, create_time: 1, note: noise });
      const time = String(NOW / 1000);
      const signature = hmac(`${time}.${body}`).digest("hex");
      const hear = (header: string | undefined, text = body) =>
        pushed(
          { headers: { "tiktok-signature": header }, body: Buffer.from(text) },
          { clientSecret: SECRET, now: NOW },
        );
      assert.deepEqual(hear(`t=${time},s=${signature}`), { kind: "look", remoteId: person, at: 1000 });
      const not = (header: string | undefined, text?: string): void =>
        refused(() => hear(header, text), /^bad_signature$/);
      not(`t=${time},s=${signature}`, bent(body, how));
      not(`t=${bent(time, how)},s=${signature}`);
      // A hex digit means the same in capitals.
      const turned = bent(signature, how);
      if (turned.toLowerCase() !== signature) not(`t=${time},s=${turned}`);
      not(`t=${time},s=${hmac(`${time}.${body}`, `${SECRET}${noise}!`).digest("hex")}`);
      not(`t=${time}`);
      not(`s=${signature}`);
      not(noise);
      not(undefined);
    }),
    { numRuns: 500 },
  );
});

test("waits: whatever a header says, what is made of it is a time or nothing", () => {
  const odd = fc.oneof(
    fc.string(),
    fc.integer().map(String),
    fc.double().map(String),
    fc.constantFrom("9".repeat(400), "-1", "1e400", "NaN", "Wed, 21 Oct 2099 07:28:00 GMT", "-271821-04-20", "0"),
  );
  const time = (ms: number | null): void => assert.ok(ms === null || (Number.isFinite(ms) && ms >= 0), `${ms}`);
  const reply = (headers: Record<string, string>) => ({ status: 503, headers, text: "", json: undefined });
  fc.assert(
    fc.property(odd, (value) => {
      time(retryAfter(reply({ "retry-after": value }), NOW));
      time(waitAsked(reply({ "retry-after": value }), NOW));
    }),
    { numRuns: 500 },
  );
  const leaf = fc.oneof(odd, fc.double(), fc.constant(null), fc.constantFrom("1e308", 1e308, -5));
  const names = ["call_count", "total_time", "total_cputime", "estimated_time_to_regain_access", "x"];
  const entry = fc.oneof(leaf, fc.dictionary(fc.constantFrom(...names), leaf));
  const header = fc.oneof(entry, fc.dictionary(fc.string(), fc.array(entry), { maxKeys: 3 }), fc.array(entry));
  fc.assert(
    fc.property(header, odd, (value, noise) => {
      const text = JSON.stringify(value);
      const { percent, regainMs } = usageOf({
        "x-app-usage": text,
        "x-business-use-case-usage": text,
        "x-page-usage": noise,
      });
      time(percent);
      time(regainMs);
    }),
    { numRuns: 500 },
  );
});
