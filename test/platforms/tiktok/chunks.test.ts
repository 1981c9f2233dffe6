/** The arithmetic of FILE_UPLOAD. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { chunkAfter, chunkRange, planChunks, trustedUploadAddress } from "../../../src/platforms/tiktok/chunks.ts";

const TABLE: Array<[size: number, chunk: number, count: number, last: number]> = [
  [4_194_304, 4_194_304, 1, 4_194_304],
  [64_000_000, 64_000_000, 1, 64_000_000],
  [64_000_001, 10_000_000, 6, 14_000_001],
  [99_999_999, 10_000_000, 9, 19_999_999],
  [4_294_967_296, 10_000_000, 429, 14_967_296],
];

test("files are cut as TikTok counts chunks: rounding down, the last one longer", () => {
  for (const [size, chunk, count, last] of TABLE) {
    const plan = planChunks(size);
    assert.deepEqual(plan, { size, chunk, count });
    assert.equal(chunkRange(plan, count - 1).length, last);
  }
});

test("the vendor's own example of 50,000,123 bytes gives its ranges", () => {
  const plan = { size: 50_000_123, chunk: 10_000_000, count: 5 };
  const ranges = [0, 1, 2, 3, 4].map((index) => chunkRange(plan, index));
  assert.deepEqual(
    ranges.map(({ first, last }) => `${first}-${last}`),
    ["0-9999999", "10000000-19999999", "20000000-29999999", "30000000-39999999", "40000000-50000122"],
  );
  assert.equal(ranges[4]?.length, 10_000_123);
});

test("every byte is sent once, in order, in chunks of allowed size", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 * 1024 ** 3 }), (size) => {
      const plan = planChunks(size);
      assert.equal(plan.count, Math.floor(size / plan.chunk));
      assert.ok(plan.count >= 1 && plan.count <= 1000);
      let next = 0;
      for (let index = 0; index < plan.count; index += 1) {
        const { first, last, length } = chunkRange(plan, index);
        assert.equal(first, next);
        assert.equal(length, last - first + 1);
        const final = index === plan.count - 1;
        if (plan.count > 1) assert.ok(length >= 5_242_880 && length <= (final ? 128_000_000 : 64_000_000));
        else assert.ok(length <= 64_000_000);
        next = last + 1;
      }
      assert.equal(next, size);
    }),
  );
});

test("the chunk to go on with is the first that is not wholly there", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300_000_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (size, part) => {
      const plan = planChunks(size);
      const uploaded = Math.floor(size * part);
      const index = chunkAfter(plan, uploaded);
      if (uploaded >= size) return assert.equal(index, plan.count);
      assert.ok(chunkRange(plan, index).first <= uploaded);
      assert.ok(chunkRange(plan, index).last >= uploaded);
    }),
  );
});

test("upload addresses must be TikTok's", () => {
  for (const good of ["https://open-upload.tiktokapis.com/video/?upload_id=1", "https://upload.us.tiktokapis.com/x"]) {
    assert.equal(trustedUploadAddress(good), true, good);
  }
  for (const bad of [
    "https://tiktokapis.com.evil.example/video/",
    "https://eviltiktokapis.com/video/",
    "https://upload.tiktokapis.com@evil.example/",
    "https://name@open-upload.tiktokapis.com/",
    "ftp://open-upload.tiktokapis.com/",
    "nonsense",
    "",
  ]) {
    assert.equal(trustedUploadAddress(bad), false, bad);
  }
});
