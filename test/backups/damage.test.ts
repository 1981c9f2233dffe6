/** A backup that is not byte for byte what was written is refused, and the folder it was meant for stays as it was. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import fc from "fast-check";
import { BackupError, checkBackup, restoreBackup } from "../../src/backups/index.ts";
import { openDatabase } from "../../src/database/index.ts";
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
  assert.ok(at > 0);
  const database = Buffer.from(whole.subarray(at, at + manifest.database.bytes)).fill(0x5a, 8192, 8192 + 4000);
  const refused = tryer(home);
  await refused(forged(whole, manifest, database));
});

test("a part's name leads nowhere else", async (t) => {
  const home = new Home(t);
  const film = home.addMedia(Buffer.from("a film"));
  const { file, manifest } = await home.backUp(true);
  const whole = readFileSync(file);
  const at = whole.indexOf("SQLite format 3");
  const database = whole.subarray(at, at + manifest.database.bytes);
  const world = Buffer.from("a world");
  const planted = Buffer.from("planted");
  const of = (part: object, bytes: Buffer): Forged => ({ part: { ...part, ...facts(bytes) }, bytes });
  const media = (name: string): Forged[] => [of({ part: "media", content: film.sha256, name }, planted)];
  const received = (name: string): Forged[] => [of({ part: "sandbox", name }, planted)];
  const told = { ...manifest, sandbox: facts(world) };
  const first = of({ part: "sandbox", name: "world.db" }, world);
  const refused = tryer(home);

  // A name that is none of these is taken, so that it is the name that is refused.
  const place = home.elsewhere();
  const taken = path.join(home.root, "taken.backup");
  writeFileSync(taken, forged(whole, told, database, [first, ...received("files/ab12"), ...media("thumb-320.webp")]));
  await checkBackup(taken, place);
  rmSync(path.dirname(place.dataDir), { recursive: true });
  rmSync(taken);
  const around = everyFile(home.root);

  const ups = [2, 3, 4, 5, 6].map((n) => `${"../".repeat(n)}x.png`);
  const odd = ["/etc/x", "files/../../x", "a\\b.png", "..", "a.png/", "a.png\u0000", "A.png\n"];
  for (const name of [...ups, ...odd]) {
    await refused(forged(whole, manifest, database, media(name)));
    await refused(forged(whole, told, database, [first, ...received(name)]));
    await refused(forged(whole, told, database, [of({ part: "sandbox", name }, world)]));
  }
  // The list must be the database's: here the database says so, too.
  const listed = async (sha256: string, extension: string, name: string): Promise<void> => {
    const said = rewritten(home, database, sha256, extension);
    const entry = {
      ...manifest.media[0]!,
      sha256,
      path: `media/${sha256.slice(0, 2)}/${sha256}/original.${extension}`,
    };
    const part = of({ part: "media", content: sha256, name }, planted);
    await refused(forged(whole, { ...manifest, media: [entry] }, said, [part]));
  };
  for (const extension of ["png/../../../x", "PNG", "a\\b"]) await listed(film.sha256, extension, "thumb-320.webp");
  for (const hash of ["../".repeat(21) + "x", "..", "/etc/".padEnd(64, "x")]) await listed(hash, "mp4", "x.png");
  rmSync(path.join(home.root, "changed.backup"));
  assert.deepEqual(everyFile(home.root), around);
});

/** The database with its one file under another hash and extension. */
function rewritten(home: Home, database: Buffer, sha256: string, extension: string): Buffer {
  const file = path.join(home.root, "rewritten.db");
  writeFileSync(file, database);
  const db = openDatabase({ file });
  db.run("UPDATE media SET sha256 = ?, extension = ?", [sha256, extension]);
  db.close();
  const bytes = readFileSync(file);
  for (const ending of ["", "-wal", "-shm"]) rmSync(`${file}${ending}`, { force: true });
  return bytes;
}

interface Forged {
  part: object;
  bytes: Buffer;
}

const hash = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
const facts = (bytes: Buffer): { bytes: number; sha256: string } => ({ bytes: bytes.length, sha256: hash(bytes) });

/** The same backup with another list, database and other parts after it, and every hash made to fit. */
function forged(whole: Buffer, manifest: object, database: Buffer, others: readonly Forged[] = []): Buffer {
  const list = Buffer.from(JSON.stringify({ ...manifest, database: facts(database) }));
  const line = (part: object): Buffer => Buffer.from(`${JSON.stringify(part)}\n`);
  const body = Buffer.concat([
    whole.subarray(0, whole.indexOf("\n") + 1),
    line({ part: "manifest", ...facts(list) }),
    list,
    line({ part: "database", ...facts(database) }),
    database,
    ...others.flatMap(({ part, bytes }) => [line(part), bytes]),
  ]);
  return Buffer.concat([body, line({ part: "end", sha256: hash(body) })]);
}
