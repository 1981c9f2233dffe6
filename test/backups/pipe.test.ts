/** A backup poured into a pipe is the same backup; what breaks off on the way is none, and says so. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { BackupError, checkBackup, pourBackup, restoreBackup } from "../../src/backups/index.ts";
import { everyFile, Home, NOON } from "./home.ts";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

test("one stream with media, checked and put back", async (t) => {
  const home = new Home(t);
  const film = home.addMedia(Buffer.alloc(3_000_000, 7));
  const lost = home.addMedia(Buffer.from("another film"));
  const damaged = home.addMedia(Buffer.from("a third film"));
  rmSync(lost.file);
  writeFileSync(damaged.file, "A third film");
  const pipe = new PassThrough();
  const [poured, bytes] = await Promise.all([
    pourBackup({ dataDir: home.dataDir, withMedia: true, clock: home.clock }, pipe).finally(() => pipe.end()),
    buffer(pipe),
  ]);
  assert.equal(poured.bytes, bytes.length);
  assert.deepEqual(poured.leftOut.map((one) => one.sha256).sort(), [lost.sha256, damaged.sha256].sort());
  assert.deepEqual(readdirSync(path.join(home.dataDir, "backups")), [], "nothing stays on this disk");
  const file = path.join(home.root, "poured.backup");
  writeFileSync(file, bytes);
  const place = home.elsewhere();
  assert.deepEqual([...(await checkBackup(file, place)).included], [film.sha256]);
  const restored = await restoreBackup(file, place, home.clock);
  assert.equal(restored.placed, 1);
  const back = path.join(place.dataDir, path.relative(home.dataDir, film.file));
  assert.deepEqual(readFileSync(back), readFileSync(film.file));

  await t.test("verify-backup reads the media on a machine where it is told to", async () => {
    const unread = await checkBackup(file, home.place);
    assert.equal(unread.changedHere, null);
    const read = await checkBackup(file, home.place, { readHere: true });
    assert.deepEqual(
      read.changedHere?.map((one) => one.sha256),
      [damaged.sha256],
    );
    assert.deepEqual(
      read.absentHere.map((one) => one.sha256),
      [lost.sha256],
    );
    const said = spawnSync(process.execPath, [main, "verify-backup", file, "--media"], {
      cwd: home.root,
      env: { PATH: process.env["PATH"], DATA_DIR: home.dataDir },
      encoding: "utf8",
    });
    assert.equal(said.status, 1);
    assert.match(said.stdout, new RegExp(`1 of those on this machine are damaged:\n  media/.*${damaged.sha256}`));
  });
});

test("backup --to - gives the archive on standard output and the words on standard error", async (t) => {
  const home = new Home(t);
  home.addMedia(Buffer.alloc(300_000, 3));
  const before = everyFile(path.join(home.dataDir, "media"));
  const child = spawn(process.execPath, [main, "backup", "--with-media", "--to", "-", "--json"], {
    cwd: home.root,
    env: { PATH: process.env["PATH"], DATA_DIR: home.dataDir },
  });
  const [out, err] = await Promise.all([buffer(child.stdout), buffer(child.stderr)]);
  assert.ok(out.subarray(0, 17).equals(Buffer.from("postern-backup 1\n")));
  assert.equal((JSON.parse(err.toString()) as { bytes: number }).bytes, out.length);
  const file = path.join(home.root, "piped.backup");
  writeFileSync(file, out);
  assert.equal((await checkBackup(file, home.place)).included.size, 1);
  assert.deepEqual(everyFile(path.join(home.dataDir, "media")), before);
});

test("a reader that goes away ends it with a sentence, and what it got is no backup", async (t) => {
  const home = new Home(t);
  home.addMedia(Buffer.alloc(5_000_000, 1));
  const pipe = new PassThrough();
  const got: Buffer[] = [];
  let length = 0;
  pipe.on("data", (chunk: Buffer) => {
    got.push(Buffer.from(chunk));
    if ((length += chunk.length) > 1_500_000)
      pipe.destroy(Object.assign(new Error("the reader went away"), { code: "EPIPE" }));
  });
  const wish = { dataDir: home.dataDir, withMedia: true, clock: { now: () => NOON } };
  await assert.rejects(pourBackup(wish, pipe), (error) => {
    assert.ok(error instanceof BackupError, String(error));
    assert.match(error.message, /went away.*no last line and is no backup/);
    return true;
  });
  const file = path.join(home.root, "half.backup");
  writeFileSync(file, Buffer.concat(got));
  await assert.rejects(checkBackup(file, home.place), BackupError);
});
