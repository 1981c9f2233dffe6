/** Instagram's refusals become the right kind of problem, in words, with the right end. */
import assert from "node:assert/strict";
import test from "node:test";
import type { PlatformResponse } from "../../../src/platforms/contract.ts";
import { failure, worthAnotherTry } from "../../../src/platforms/instagram/failures.ts";
import { reasons } from "../../../src/platforms/instagram/reasons.ts";
import { read, waitBefore } from "../../../src/platforms/instagram/standing.ts";
import { refusalOf } from "../../../src/platforms/shared/meta/index.ts";
import { graphRefusal } from "./studio.ts";

const NOW = Date.UTC(2026, 10, 22, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function reply(body: string, headers: Record<string, string> = {}): PlatformResponse {
  return { status: 400, headers, text: body, json: JSON.parse(body) as unknown };
}

const cases: Array<[number, number | undefined, string, number | null]> = [
  [-2, 2207003, "transient", null],
  [-2, 2207020, "transient", null],
  [-1, 2207001, "transient", null],
  [-1, 2207032, "transient", null],
  [-1, 2207053, "transient", null],
  [1, 2207057, "rejected", null],
  [1, undefined, "transient", null],
  [2, undefined, "transient", null],
  [4, 2207051, "rate_limited", 4 * HOUR],
  [4, undefined, "rate_limited", HOUR],
  [9, 2207042, "rate_limited", HOUR],
  [24, 2207006, "rejected", null],
  [24, 2207008, "transient", null],
  [25, 2207050, "rejected", null],
  [100, 2207023, "rejected", null],
  [100, 2207028, "rejected", null],
  [100, 2207036, "rejected", null],
  [100, 2207040, "rejected", null],
  [352, 2207026, "rejected", null],
  [9004, 2207052, "transient", null],
  [9007, 2207027, "rate_limited", 5000],
  [36000, 2207004, "rejected", null],
  [36001, 2207005, "rejected", null],
  [36003, 2207009, "rejected", null],
  [36004, 2207010, "rejected", null],
  [10, undefined, "rejected", null],
  [12, undefined, "rejected", null],
  [100, 33, "rejected", null],
  [100, undefined, "rejected", null],
  [9009, undefined, "rejected", null],
  [80002, undefined, "rate_limited", 10 * MINUTE],
  [17, undefined, "rate_limited", 10 * MINUTE],
  [190, undefined, "signed_out", null],
  [190, 460, "signed_out", null],
  [190, 467, "signed_out", null],
  [200, undefined, "rejected", null],
  [368, undefined, "rejected", null],
];
for (const [code, subcode, kind, wait] of cases) {
  test(`${code}/${subcode ?? "-"}: ${kind}`, () => {
    const error = refusalOf(reply(graphRefusal(code, subcode, "Vendor words")), NOW, reasons);
    assert.deepEqual([error.kind, error.until], [kind, wait === null ? null : NOW + wait]);
    assert.equal(error.code, subcode === undefined ? String(code) : `${code}/${subcode}`);
    assert.ok(error.message.length > 15 && error.remedy.endsWith("."));
    assert.doesNotMatch(error.message, /Facebook|Page\b/);
  });
}

test("Meta's own estimate of a block comes before ours", () => {
  const usage = { "17841400000000011": [{ type: "instagram", call_count: 100, estimated_time_to_regain_access: 19 }] };
  const limited = reply(graphRefusal(80002), { "x-business-use-case-usage": JSON.stringify(usage) });
  assert.equal(refusalOf(limited, NOW, reasons).until, NOW + 19 * MINUTE);
});

test("every row says what happened and what to do", () => {
  for (const [key, { message, remedy }] of Object.entries(reasons)) {
    assert.match(message, /^[A-Z].*\.$/, key);
    assert.match(remedy, /^[A-Z].*\.$/, key);
    assert.doesNotMatch(message + remedy, /!|\bplease\b/i, key);
  }
});

const standings: Array<[string | undefined, string | undefined, string]> = [
  ["FINISHED", undefined, "ready"],
  ["IN_PROGRESS", "In progress: Media is still being processed.", "processing"],
  ["PUBLISHED", undefined, "published"],
  ["EXPIRED", undefined, "expired"],
  ["ERROR", "Error: Media upload has failed with error code 2207082", "failed"],
  [undefined, "Error: Media download has failed. The media URI doesn't meet our requirements.", "failed"],
  [undefined, "2207085", "failed"],
  [undefined, "Finished: Media has been uploaded and it is ready to be published.", "ready"],
  [undefined, "In progress", "processing"],
  [undefined, undefined, "unreadable"],
];
for (const [code, said, is] of standings) {
  test(`status ${code ?? "-"} "${said?.slice(0, 20) ?? ""}": ${is}`, () => {
    assert.equal(read({ status_code: code, status: said }).is, is);
  });
}

test("what is worth another try is told from what is not, by number or by sentence", () => {
  const failed = (said: string) => {
    const standing = read({ status_code: "ERROR", status: said });
    assert.ok(standing.is === "failed");
    return standing;
  };
  assert.ok(worthAnotherTry(failed("error code 2207082")));
  assert.ok(worthAnotherTry(failed("Error: Media download has failed")));
  assert.ok(!worthAnotherTry(failed("error code 2207026")));
  assert.ok(!worthAnotherTry(failed("Error: something new")));
  assert.equal(failure(failed("error code 2207050")).code, "2207050");
  assert.match(failure(failed("Error: something new")).message, /something new/);
});

test("looks begin quick, then once a minute, after half an hour every five", () => {
  const waits = Array.from({ length: 10 }, (_, looks) => waitBefore(looks, 0) / 1000);
  assert.deepEqual(waits, [3, 5, 10, 15, 30, 60, 60, 60, 60, 60]);
  assert.equal(waitBefore(3, 31 * MINUTE), 300_000);
});
