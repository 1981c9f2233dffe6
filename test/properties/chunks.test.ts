/** How files are cut: every byte once, in order, within what the platform takes, and resumed where it stands. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { chunkAfter, chunkRange, planChunks } from "../../src/platforms/tiktok/chunks.ts";
import { CHUNK_BYTES } from "../../src/platforms/youtube/limits.ts";

const MB = 1_000_000;
const MIB = 1024 * 1024;
/** Small, around every border, and up to TikTok's 4 GB. */
const size = fc.oneof(
  fc.integer({ min: 1, max: 4 * 1024 ** 3 }),
  fc.integer({ min: 1, max: 70 * MB }),
  fc
    .tuple(fc.integer({ min: 1, max: 429 }), fc.integer({ min: -3, max: 3 }))
    .map(([pieces, off]) => Math.max(1, pieces * 10 * MB + off)),
  fc.constantFrom(5 * MB, 5 * MIB, 64 * MB, 64 * MIB, 64 * MB + 1, 64 * MIB + 1, 128 * MB),
);

test("TikTok: the chunks are the file, and each is as large as TikTok takes", () => {
  fc.assert(
    fc.property(size, (bytes) => {
      const plan = planChunks(bytes);
      let at = 0;
      for (let index = 0; index < plan.count; index += 1) {
        const { first, last, length } = chunkRange(plan, index);
        assert.equal(first, at);
        assert.equal(length, last - first + 1);
        if (plan.count > 1 && index < plan.count - 1) {
          // 5 to 64 MB each, the last up to 128; in either reading of MB.
          assert.ok(length >= 5 * MIB && length <= 64 * MB, `${length}`);
          assert.equal(length, plan.chunk);
        }
        if (index === plan.count - 1) assert.ok(length <= 128 * MB && (plan.count === 1 || length >= 5 * MIB));
        at = last + 1;
      }
      assert.equal(at, bytes);
      assert.ok(plan.count >= 1 && plan.count <= 1000);
      // What TikTok reckons itself from the two sizes.
      assert.equal(plan.count, Math.max(1, Math.floor(bytes / plan.chunk)));
    }),
  );
});

test("TikTok: the next chunk is the first that is not wholly there", () => {
  fc.assert(
    fc.property(size, fc.double({ min: 0, max: 1, noNaN: true }), (bytes, part) => {
      const plan = planChunks(bytes);
      const uploaded = Math.floor(bytes * part);
      let expected = 0;
      while (expected < plan.count && chunkRange(plan, expected).last < uploaded) expected += 1;
      assert.equal(chunkAfter(plan, uploaded), expected);
    }),
  );
});

test("YouTube: a piece is a multiple of 256 KiB, as its protocol wants all but the last to be", () => {
  assert.equal(CHUNK_BYTES % (256 * 1024), 0);
  assert.ok(CHUNK_BYTES > 0);
});
