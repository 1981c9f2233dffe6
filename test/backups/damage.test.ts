/** A backup that is not byte for byte what was written is refused, and the folder it was meant for stays as it was. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import fc from "fast-check";
import { BackupError, checkBackup, restoreBackup } from "../../src/backups/index.ts";
import { everyFile, Home } from "./home.ts";

/** Writes changed bytes, and returns what is said when they are restored over a folder that must not change. */
function tryer(home: Home): (bytes: Buffer) => Promise<void> {
  const place = home.elsewhere();
  mkdirSync(path.join(place.dataDir, "media", "ab"), { recursive: true });
  writeFileSync(path.join(place.dataDir, "media", "ab", "mine.txt"), "mine");
  const before = everyFile(place.dataDir);
  const changed = path.join(home.root, "changed.backup");
  return async (bytes) => {
    writeFileSync(changed, bytes);
    await assert.rejects(restoreBackup(changed, place, home.clock), (error) => {
      assert.ok(error instanceof BackupError, String((error as Error).stack));
      assert.match(error.message, /Nothing was changed\./);
      return true;
    });
    assert.deepEqual(everyFile(place.dataDir), before);
  };
}

test("any flipped byte, any cut, anything added or left out is refused", async (t) => {
  const home = new Home(t);
  home.addMedia(Buffer.from("a film"));
  home.addMedia(Buffer.alloc(3000, 7), "png");
  const { file } = await home.backUp(true);
  const whole = readFileSync(file);
  await checkBackup(file, home.place);
  const refused = tryer(home);

  // Most bytes are the database's; the lines between the parts are where a reader could be led astray.
  const anywhere = fc.integer({ min: 0, max: whole.length - 1 });
  const begin = fc.integer({ min: 0, max: 1500 });
  const end = fc.integer({ min: whole.length - 4500, max: whole.length - 1 });
  const offset = fc.oneof(anywhere, begin, end);

  await t.test("flipped", () =>
    fc.assert(
      fc.asyncProperty(offset, fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const bytes = Buffer.from(whole);
        bytes[at]! ^= mask;
        await refused(bytes);
      }),
      { numRuns: 150 },
    ),
  );
  await t.test("cut short", () =>
    fc.assert(
      fc.asyncProperty(offset, (length) => refused(whole.subarray(0, length))),
      { numRuns: 60 },
    ),
  );
  await t.test("a piece left out", () =>
    fc.assert(
      fc.asyncProperty(offset, fc.integer({ min: 1, max: 2000 }), (at, length) =>
        refused(Buffer.concat([whole.subarray(0, at), whole.subarray(Math.min(at + length, whole.length))])),
      ),
      { numRuns: 40 },
    ),
  );
  await t.test("gone on", async () => {
    await refused(Buffer.concat([whole, Buffer.from("x")]));
    await refused(Buffer.concat([whole, whole]));
    await refused(Buffer.alloc(0));
    await refused(Buffer.from("no backup at all\n"));
  });
});

test("a database that is damaged inside hashes that fit is refused", async (t) => {
  const home = new Home(t);
  const { file, manifest } = await home.backUp();
  const whole = readFileSync(file);
  const at = whole.indexOf("SQLite format 3");
  const database = Buffer.from(whole.subarray(at, at + manifest.database.bytes)).fill(0x5a, 8192, 8192 + 4000);
  const refused = tryer(home);
  await refused(forged(whole, at, manifest, database));
});

/** The same backup with another database, and every hash made to fit it. */
function forged(whole: Buffer, at: number, manifest: { database: object }, database: Buffer): Buffer {
  const hash = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
  const facts = { bytes: database.length, sha256: hash(database) };
  const list = Buffer.from(JSON.stringify({ ...manifest, database: facts }));
  const body = Buffer.concat([
    whole.subarray(0, whole.indexOf("\n") + 1),
    Buffer.from(`${JSON.stringify({ part: "manifest", bytes: list.length, sha256: hash(list) })}\n`),
    list,
    Buffer.from(`${JSON.stringify({ part: "database", ...facts })}\n`),
    database,
  ]);
  assert.ok(at > 0);
  return Buffer.concat([body, Buffer.from(`${JSON.stringify({ part: "end", sha256: hash(body) })}\n`)]);
}
