/** Little parsers that strangers feed: they never throw, never read past their file, and agree with readers written another way. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { rangeOf, readDay } from "../../src/calendar/ranges.ts";
import { readAddressName } from "../../src/media/deliver-media.ts";
import { readRange } from "../../src/media/serve-file.ts";
import { isSigned, sign, type SignedPart } from "../../src/media/signatures.ts";
import { parseJson } from "../../src/outbound/json.ts";

const size = fc.integer({ min: 0, max: 5_000_000_000 });
const number = fc.oneof(fc.constant(""), fc.bigInt({ min: 0n, max: 10n ** 18n }).map(String), fc.nat().map(String));

test("a range is none, unsatisfiable, or within the file; and what RFC 9110 says it is", () => {
  fc.assert(
    fc.property(size, number, number, (bytes, from, to) => {
      const found = readRange(`bytes=${from}-${to}`, bytes);
      const tooLong = from.length > 15 || to.length > 15;
      if (tooLong || (from === "" && to === "") || (from !== "" && to !== "" && Number(to) < Number(from)))
        return assert.equal(found, null);
      const first = from === "" ? Math.max(0, bytes - Number(to)) : Number(from);
      const last = from === "" || to === "" ? bytes - 1 : Math.min(bytes - 1, Number(to));
      if (first > last || (from === "" && Number(to) === 0)) return assert.equal(found, "unsatisfiable");
      return assert.deepEqual(found, [first, last]);
    }),
    { numRuns: 1000 },
  );
  fc.assert(
    fc.property(fc.string(), size, (header, bytes) => {
      const found = readRange(header, bytes);
      if (Array.isArray(found)) assert.ok(found[0] >= 0 && found[0] <= found[1] && found[1] < bytes);
    }),
  );
});

test("the name in a media address is an id of ours or nothing", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.uuid().map((id) => `${id}.mp4`),
        fc.uuid().map((id) => `${id}-1080.jpg/..`),
      ),
      (file) => {
        const found = readAddressName(file);
        if (found) assert.equal(`${found.id}${found.rendition ? "-1080" : ""}.${found.extension}`, file);
      },
    ),
  );
});

test("a signature opens the one thing it was made for", () => {
  const part = fc.record<SignedPart>({
    file: fc.uuid().map((id) => `${id}.mp4`),
    expires: fc.nat(),
    purpose: fc.constant("platform"),
    epoch: fc.nat({ max: 50 }),
  });
  const key = Buffer.alloc(32, 3);
  fc.assert(
    fc.property(part, part, fc.string(), fc.nat({ max: 31 }), (one, other, noise, at) => {
      const signature = sign(key, one);
      assert.ok(isSigned(key, one, signature));
      const same = JSON.stringify(one) === JSON.stringify(other);
      assert.equal(isSigned(key, other, signature), same);
      assert.ok(!isSigned(Buffer.alloc(32, 4), one, signature));
      assert.ok(!isSigned(key, one, noise) || noise === signature);
      const turned = `${signature.slice(0, at)}${signature[at] === "A" ? "B" : "A"}${signature.slice(at + 1)}`;
      assert.ok(!isSigned(key, one, turned));
    }),
  );
});

test("JSON from strangers: long whole numbers keep their digits, everything else is what JSON says", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }), (value) => {
      const { id } = parseJson(`{"id": ${value}}`) as { id: unknown };
      assert.equal(BigInt(id as string | number), value);
    }),
  );
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 2 }), (value) => {
      const text = JSON.stringify(value);
      const safe = !/(?<![.\d])-?\d{16,}/.test(text);
      if (safe) assert.deepEqual(parseJson(text), JSON.parse(text));
    }),
  );
  fc.assert(fc.property(fc.string(), (text) => void parseJson(text)));
});

/** The same by JSON.parse's own means, which say of each number how it was written. */
function byReviver(text: string): unknown {
  const revive = (_key: string, value: unknown, { source = "" }: { source?: string }) =>
    typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(source) ? source : value;
  try {
    return JSON.parse(text, revive as (key: string, value: unknown) => unknown);
  } catch {
    return undefined;
  }
}

test("JSON from strangers: digits in strings, fractions, exponents and keys are left alone, and what is no JSON stays none", () => {
  const near = fc.bigInt({ min: 2n ** 53n - 9n, max: 2n ** 53n + 9n });
  const long = fc.oneof(near, fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n })).map(String);
  const words = fc.array(fc.oneof(long, fc.constantFrom('"', "\\", "\n", ",", ": ", "a")), { maxLength: 6 });
  const quote = words.map((parts) => JSON.stringify(parts.join("")));
  const dotted = fc.tuple(
    long,
    fc.constantFrom(".", "e", "E", "e+", "e-", ".0e"),
    fc.nat(),
    fc.constantFrom("", "0".repeat(20)),
  );
  const scalar = fc.oneof(
    long,
    quote,
    dotted.map(([whole, sign, n, zeros]) => `${whole}${sign}${n}${zeros}`),
  );
  const list = fc.array(scalar, { maxLength: 5 }).map((all) => `[${all.join(" , ")}]`);
  const object = fc.array(fc.tuple(quote, fc.oneof(scalar, list)), { maxLength: 5 });
  const whole = object.map((all) => `{${all.map(([key, value]) => `${key}:${value}`).join(",")}}`);
  const cut = fc.tuple(whole, fc.nat(), fc.nat({ max: 3 })).map(([text, at, by]) => {
    const from = at % (text.length + 1);
    return text.slice(0, from) + text.slice(from + by);
  });
  for (const text of [whole, list, scalar, cut])
    fc.assert(fc.property(text, (written) => assert.deepEqual(parseJson(written), byReviver(written))));
  const number = "12345678901234567890";
  const broken = [
    `{${number}:1}`,
    `{${number} :1}`,
    `0${number}`,
    `-0${number}`,
    `+${number}`,
    `${number}"`,
    `"a"${number}`,
  ];
  for (const text of broken) assert.equal(parseJson(text), undefined, text);
});

test("JSON from strangers: as much as a reply may hold is read in a moment", () => {
  const numbers = "1,".repeat(2 * 1024 * 1024 - 20);
  const time = (text: string): number => {
    const began = performance.now();
    assert.ok(Array.isArray(parseJson(text)));
    return performance.now() - began;
  };
  for (const text of [`[${numbers}1]`, `[${numbers}12345678901234567890]`]) {
    const took = Math.min(time(text), time(text));
    assert.ok(took < 700, `${took.toFixed(0)} ms`);
  }
});

test("the days of a calendar lie end to end, each 23 to 25 hours long, in every zone", () => {
  const zones = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "UTC",
  ];
  const day = fc.date({ min: new Date("2015-01-01"), max: new Date("2040-12-31"), noInvalidDate: true });
  fc.assert(
    fc.property(day, fc.constantFrom(...zones), fc.constantFrom("month", "week", "day"), (date, zone, view) => {
      const at = date.toISOString().slice(0, 10);
      assert.equal(readDay(at), at);
      const { days, first, last } = rangeOf({ view: view as "month" | "week" | "day", at }, zone);
      for (const [n, one] of days.entries()) {
        const hours = (one.to - one.from) / 3_600_000;
        assert.ok(hours >= 23 && hours <= 25, `${one.iso} in ${zone} has ${hours} hours`);
        if (n > 0) assert.equal(one.from, days[n - 1]!.to);
        assert.equal(localDay(one.from, zone), one.iso);
        assert.equal(localDay(one.to - 1, zone), one.iso);
      }
      assert.ok(first <= at && at <= last && days.some((one) => one.iso === at));
    }),
    { numRuns: 60 },
  );
});

/** By the runtime's own tables of zones. */
function localDay(at: number, zone: string): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short" }).format(at);
}
