/** Files whose tables and covers fill memory: refused in words before they are read in. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "node:test";
import type { Film } from "../../src/media/films.ts";
import { measureApart } from "../../src/media/measure-apart.ts";
import { Refusal } from "../../src/web/index.ts";

const SIZE = 500_000_000;

function box(type: string, size: number, content = ""): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(size);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, Buffer.from(content, "latin1")]);
}

/** An element of WebM with its size in eight bytes. */
function element(id: string, size: number): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(size) | (1n << 56n));
  return Buffer.concat([Buffer.from(id, "hex"), length]);
}

const webmHead = Buffer.from("1a45dfa39f4286810142f7810142f2810442f381084282847765626d4287810442858102", "hex");

test("an index or a cover of hundreds of megabytes is refused in words and not read into memory", async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), "postern-films-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const index = Buffer.concat([box("ftyp", 20, "isom\0\0\u0002\0isom"), box("moov", SIZE - 20)]);
  const nested = [element("18538067", SIZE - 100), element("1941a469", SIZE - 200), element("61a7", SIZE - 300)];
  const cover = Buffer.concat([webmHead, ...nested, element("465c", SIZE - 400)]);
  const cases: Array<[string, Film["container"], Buffer]> = [
    ["index", "mp4", index],
    ["cover", "webm", cover],
  ];
  for (const [name, container, bytes] of cases) {
    const file = path.join(folder, name);
    writeFileSync(file, bytes);
    // The rest has no content: the disk holds nothing of it.
    truncateSync(file, SIZE);
    const before = process.memoryUsage.rss();
    let peak = before;
    const look = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 5);
    const refused = await measureApart(file, { kind: "film", container } as Film).then(
      () => assert.fail(`${name} was taken`),
      (error: unknown) => error,
    );
    clearInterval(look);
    assert.ok(refused instanceof Refusal, String(refused));
    assert.match(refused.words.message, /This file (is damaged|has no index|holds)/, name);
    const growth = Math.round((peak - before) / 1_000_000);
    t.diagnostic(`${name}: ${growth} MB`);
    assert.ok(growth < 200, `${name} took ${growth} MB`);
  }
});
