/** How files are cut: every byte once, in order, within what the platform takes, and resumed where it stands. */
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import test from "node:test";
import fc from "fast-check";
import {
  PlatformError,
  type Delivery,
  type PlatformRequest,
  type PlatformResponse,
} from "../../src/platforms/contract.ts";
import type { Chunks } from "../../src/platforms/facebook/checkpoint.ts";
import { sendChunks } from "../../src/platforms/facebook/chunks.ts";
import { chunkAfter, chunkRange, planChunks } from "../../src/platforms/tiktok/chunks.ts";
import { CHUNK_BYTES } from "../../src/platforms/youtube/limits.ts";
import { sendBytes } from "../../src/platforms/youtube/upload.ts";

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

/** What a file was asked for: never a byte that it does not have. */
class Offered {
  readonly size: number;
  /** How much from the beginning was read without a gap. */
  whole = 0;
  requests = 0;

  constructor(size: number) {
    this.size = size;
  }

  readonly read = (start: number, end: number): Readable => {
    assert.ok(start >= 0 && start < end && end <= this.size, `[${start}, ${end}) of ${this.size}`);
    if (start <= this.whole) this.whole = Math.max(this.whole, end);
    return Readable.from([]);
  };

  /** What every upload is driven with; `answer` is the platform. */
  delivery(answer: (request: PlatformRequest) => Partial<PlatformResponse>, more: object = {}): Delivery<never, never> {
    const request = async (asked: PlatformRequest): Promise<PlatformResponse> => {
      this.requests += 1;
      if (this.requests > 1000) throw new Error("There is no end to it.");
      for await (const bytes of asked.stream?.body ?? []) void bytes;
      return { status: 200, headers: {}, text: "", json: null, ...answer(asked) };
    };
    const app = { clientId: "a", clientSecret: "b" };
    return {
      session: { request, app, remoteId: "1", now: () => 0, accessToken: () => Promise.resolve("t") },
      media: [{ kind: "video", bytes: this.size, mime: "video/mp4", read: this.read }],
      signal: new AbortController().signal,
      now: () => 0,
      save: () => undefined,
      commit: () => undefined,
      note: () => undefined,
      progress: (sent: number, total: number) =>
        assert.ok(sent >= 0 && sent <= total && total === this.size, `${sent} of ${total}`),
      ...more,
    } as unknown as Delivery<never, never>;
  }
}

/** Said over and over: parts of the file, none of it, and more than it. */
const parts = fc.array(fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1, 1.2, 9, 1e200)), {
  minLength: 1,
  maxLength: 12,
});
const problem = (error: unknown): null => {
  assert.ok(error instanceof PlatformError, String(error));
  return null;
};

test("YouTube: whatever it says is stored, no byte beyond the file is read, and it ends", async () => {
  const bytes = fc.oneof(
    fc.integer({ min: 1, max: 6 * CHUNK_BYTES }),
    fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: -2, max: 2 })).map(([n, off]) => n * CHUNK_BYTES + off),
  );
  const video = { status: 200, json: { id: "v", snippet: {}, status: {} } };
  await fc.assert(
    fc.asyncProperty(bytes, parts, fc.boolean(), async (size, said, honest) => {
      const file = new Offered(size);
      const stop = new AbortController();
      let committed = false;
      let at = 0;
      const answer = (request: PlatformRequest): Partial<PlatformResponse> => {
        const probed = request.stream === undefined;
        const [, end] = /^bytes \d+-(\d+)\//.exec(request.headers?.["content-range"] ?? "") ?? [];
        const last = Number(end) + 1 === size;
        assert.ok(!last || committed, "the fence comes before the request that makes the video");
        if (file.whole === size && (last || probed) && at > said.length) return video;
        const claim = Math.floor(said[at++ % said.length]! * size);
        const stored = honest ? Math.min(claim, file.whole, size - 1) : claim;
        // Whoever says again and again that all is there is asked with longer and longer pauses.
        if (probed && stored >= size) stop.abort();
        return { status: 308, headers: stored > 0 ? { range: `bytes=0-${BigInt(stored) - 1n}` } : {} };
      };
      const delivery = file.delivery(answer, { signal: stop.signal, commit: () => (committed = true) });
      const from = { phase: "sending", sessionUrl: "https://upload.example/1", offset: 0 } as const;
      const sent = await sendBytes(delivery, from, { ask: false }).catch(problem);
      if (honest && sent?.is === "video") assert.equal(file.whole, size, "every byte was offered");
    }),
    { numRuns: 400 },
  );
});

test("Facebook: whichever piece it wants, no byte beyond the file is read, and it ends", async () => {
  const want = fc.record({
    how: fc.constantFrom("wants", "wants", "elsewhere", "elsewhere", "closed"),
    start: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.oneof(fc.double({ min: 0.05, max: 1, noNaN: true }), fc.constantFrom(-0.1, 0, 1e200)),
  });
  const said = fc.array(want, { minLength: 1, maxLength: 5 });
  const backAndForth = [
    { how: "wants", start: 0.5, length: 0.1 },
    { how: "elsewhere", start: 0, length: 0.1 },
  ];
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 100_000_000 }), said, fc.boolean(), async (size, wants, honest) => {
      const file = new Offered(size);
      let at = 0;
      const answer = ({ form }: PlatformRequest): Partial<PlatformResponse> => {
        const one = wants[at++ % wants.length]!;
        let start = Math.floor(one.start * size * 1.2);
        let end = Math.max(0, start + Math.ceil(one.length * size));
        if (honest) {
          start = Math.min(start, file.whole);
          end = Math.min(size, start + Math.ceil(Math.max(0.05, one.length) * size));
          if (at > wants.length && file.whole === size) start = end = size;
        }
        const range = { start_offset: String(BigInt(start)), end_offset: String(BigInt(end)) };
        if (form?.["upload_phase"] === "start") return { json: { upload_session_id: "2", video_id: "3", ...range } };
        if (one.how === "wants" || (honest && start === size)) return { json: range };
        const code = one.how === "closed" ? 1363041 : 1363037;
        const error = { message: "No.", code: 6001, error_subcode: code, error_data: range };
        return { status: 400, json: { error } };
      };
      const begin = { phase: "chunks", videoId: "3", sessionId: "2", start: 0, end: Math.ceil(size / 3), restarts: 0 };
      const done = await sendChunks(file.delivery(answer), begin as Chunks).catch(problem);
      if (done) assert.ok(done.start <= size && done.end <= size && done.start === done.end, JSON.stringify(done));
      if (done && honest) assert.equal(file.whole, size, "every byte was offered");
    }),
    { numRuns: 400, examples: [[100, backAndForth, false]] },
  );
});
