/** A Postern that plays the platforms itself is backed up with them: elsewhere its channels are still signed in. */
import assert from "node:assert/strict";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  openAsBlob,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import test, { type TestContext } from "node:test";
import { checkBackup, makeBackup, pourBackup, restoreBackup, type Made } from "../../src/backups/index.ts";
import { readConfig } from "../../src/config/index.ts";
import { World } from "../../src/sandbox/index.ts";
import { startServer } from "../../src/server.ts";
import { operator } from "../cli/postern.ts";
import { apiKey, clip, signUp, startTestServer, type TestServer } from "../support/server.ts";
import { everyFile, folder, Home, NOON } from "./home.ts";

const at = (now: number) => ({ now: () => now });
const options = { mode: "direct", privacyLevel: "PUBLIC_TO_EVERYONE", musicConsent: true };
const ended = ["published", "held", "failed", "unconfirmed", "cancelled"];

interface Shown {
  id: string;
  state: string;
  problem: { kind: string; message: string } | null;
}

/** What a newcomer has after ten minutes: own sandbox, TikTok connected, one film in the library. */
class Newcomer {
  readonly server: TestServer;
  readonly key: string;
  media = "";
  channel = "";

  private constructor(server: TestServer) {
    this.server = server;
    this.key = apiKey(server);
  }

  static async open(t: TestContext): Promise<Newcomer> {
    const server = await startTestServer();
    t.after(() => server.close());
    const robot = await signUp(server);
    await robot.open(`${server.url}/channels`);
    await robot.press("Connect TikTok");
    await robot.press("Allow");
    const one = new Newcomer(server);
    const form = new FormData();
    form.append("file", await openAsBlob(clip, { type: "video/mp4" }), "clip.mp4");
    one.media = (await one.api<{ id: string }>("POST", "/media", form)).id;
    one.channel = (await one.api<{ items: Array<{ id: string }> }>("GET", "/channels")).items[0]!.id;
    return one;
  }

  async api<T>(method: string, target: string, body?: unknown): Promise<T> {
    const form = body instanceof FormData;
    const headers = {
      authorization: `Bearer ${this.key}`,
      ...(form || !body ? {} : { "content-type": "application/json" }),
    };
    const sent = form ? body : body ? JSON.stringify(body) : null;
    const reply = await fetch(`${this.server.running.localUrl}/api/v1${target}`, { method, headers, body: sent });
    assert.ok(reply.ok, `${method} ${target}: ${reply.status}`);
    return (await reply.json()) as T;
  }

  async schedule(text: string, inMs: number): Promise<string> {
    const post = await this.api<{ publications: Array<{ id: string }> }>("POST", "/posts", {
      text,
      media: [this.media],
      publish: "schedule",
      timeZone: "UTC",
      scheduledAt: new Date(this.server.clock.now() + inMs).toISOString(),
      channels: [{ channelId: this.channel, options }],
    });
    return post.publications[0]!.id;
  }

  async until(id: string): Promise<Shown> {
    for (let i = 0; i < 600; i += 1) {
      const shown = await this.api<Shown>("GET", `/publications/${id}`);
      if (ended.includes(shown.state)) return shown;
      this.server.clock.push(500);
      this.server.running.wired.house.runner.wake();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return assert.fail(`${id} never ended`);
  }

  async published(text: string): Promise<void> {
    const end = await this.until(await this.schedule(text, 1000));
    assert.equal(end.state, "published", `${text}: ${JSON.stringify(end.problem)}`);
    assert.equal(this.landed(text), 1);
  }

  landed(text: string): number {
    const world = this.server.running.wired.sandboxWorld!;
    return world.feed().filter((item) => `${item.title}\n${item.text}`.includes(text)).length;
  }

  /** From now on it runs on another data folder; the former one has been stopped. */
  async moveTo(dataDir: string): Promise<void> {
    const settings = { DATA_DIR: dataDir, PORT: "0", LOG_LEVEL: "silent" };
    this.server.running = await startServer(readConfig(settings, "/nowhere/.env"), { clock: this.server.clock });
  }
}

test("backed up, restored elsewhere and started there, a newcomer's channel publishes on", async (t) => {
  const one = await Newcomer.open(t);
  const { run, home } = operator(t);
  const from = { DATA_DIR: one.server.folder };
  await one.published("Before the backup");
  const said = await run(["backup", "--with-media", "--json"], { settings: from });
  assert.equal(said.code, 0, said.err);
  const { file } = JSON.parse(said.out) as { file: string };
  await one.published("After the backup");
  await one.server.running.stop();

  const there = path.join(home, "there");
  mkdirSync(there);
  cpSync(path.join(one.server.folder, "postern.key"), path.join(there, "postern.key"));
  const verified = await run(["verify-backup", file], { settings: { DATA_DIR: there } });
  assert.match(verified.out, /What the sandbox remembers is inside\./);
  const restored = await run(["restore", file], { settings: { DATA_DIR: there } });
  assert.equal(restored.code, 0, restored.err);
  assert.match(restored.out, /The sandbox came back as it was at the backup.*It has forgotten/);
  const token = (dataDir: string): string => readFileSync(path.join(dataDir, "sandbox", "control-token"), "utf8");
  assert.ok(!readFileSync(file).includes(token(one.server.folder)), "the control token is in the backup");
  const modes = Object.values(everyFile(path.join(there, "sandbox"))).map((line) => line.split(" ")[0]);
  assert.deepEqual([...new Set(modes)].sort(), ["100600", "40700"]);

  await one.moveTo(there);
  assert.notEqual(token(there), token(one.server.folder));
  assert.deepEqual([one.landed("Before the backup"), one.landed("After the backup")], [1, 0]);
  await one.published("On the other machine");
});

test("what went out after the backup is held, and goes out once in the world that forgot it", async (t) => {
  const one = await Newcomer.open(t);
  const { server } = one;
  const to = folder(t);
  const id = await one.schedule("Low tide at six", 60_000);
  const { file } = await makeBackup({
    dataDir: server.folder,
    to,
    withMedia: true,
    withSandbox: true,
    clock: server.clock,
  });
  server.clock.push(60_000);
  assert.equal((await one.until(id)).state, "published");
  await one.server.running.stop();
  const place = {
    dataDir: path.join(to, "data"),
    masterKey: null,
    masterKeyFile: path.join(to, "data", "postern.key"),
  };
  mkdirSync(place.dataDir);
  cpSync(path.join(server.folder, "postern.key"), place.masterKeyFile);
  const { held, sandbox } = await restoreBackup(file, place, server.clock);
  assert.deepEqual([held, sandbox], [{ due: 1, underWay: 0 }, "placed"]);
  await one.moveTo(place.dataDir);
  const waiting = await one.until(id);
  assert.deepEqual([waiting.state, waiting.problem?.kind, one.landed("Low tide")], ["held", "restored", 0]);
  await one.api("POST", `/publications/${id}/retry`);
  while ((await one.api<Shown>("GET", `/publications/${id}`)).state === "held")
    await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal((await one.until(id)).state, "published");
  assert.equal(one.landed("Low tide"), 1);
});

/** A stopped Postern whose sandbox gave out one token and received one file, to which an upload is still adding. */
async function withWorld(t: TestContext): Promise<{ home: Home; file: string; backUp(media: boolean): Promise<Made> }> {
  const home = new Home(t);
  const world = new World(path.join(home.dataDir, "sandbox"), home.clock);
  world.issue("access token");
  const { fileId } = await world.receive(Readable.from([Buffer.from("a film")]));
  world.close();
  appendFileSync(path.join(home.dataDir, "sandbox", "files", fileId), " and what comes next");
  const to = path.join(home.root, "backups");
  const backUp = (withMedia: boolean): Promise<Made> =>
    makeBackup({ dataDir: home.dataDir, to, withMedia, withSandbox: true, clock: home.clock });
  return { home, file: path.join("sandbox", "files", fileId), backUp };
}

test("received files are inside with the media, as far as the world knows them", async (t) => {
  const { home, file, backUp } = await withWorld(t);
  const [full, slim] = [home.elsewhere(), home.elsewhere()];
  const made = await backUp(true);
  assert.equal((await restoreBackup(made.file, full, at(NOON))).sandbox, "placed");
  assert.equal(readFileSync(path.join(full.dataDir, file), "utf8"), "a film");
  assert.deepEqual(readdirSync(path.join(full.dataDir, "sandbox")).sort(), ["files", "world.db"]);
  await restoreBackup((await backUp(false)).file, slim, at(NOON));
  assert.ok(existsSync(path.join(slim.dataDir, "sandbox", "world.db")) && !existsSync(path.join(slim.dataDir, file)));

  const archive = readFileSync(made.file);
  for (const needle of ["access token", "a film"]) {
    const spoilt = Buffer.from(archive);
    spoilt[archive.lastIndexOf(needle)]! ^= 1;
    writeFileSync(`${made.file}.spoilt`, spoilt);
    await assert.rejects(checkBackup(`${made.file}.spoilt`, home.place), /is damaged: a part of it is not what it was/);
  }

  const pipe = new PassThrough();
  const all = buffer(pipe);
  await pourBackup({ dataDir: home.dataDir, withMedia: true, withSandbox: true, clock: home.clock }, pipe);
  pipe.end();
  assert.deepEqual(await all, readFileSync(made.file), "the same in a pipe");
});

test("a backup without a sandbox restores, and one is made only where Postern plays the platforms", async (t) => {
  const { home } = await withWorld(t);
  const { file, manifest } = await home.backUp(true);
  assert.equal("sandbox" in manifest, false);
  const place = home.elsewhere();
  assert.equal((await restoreBackup(file, place, at(NOON))).sandbox, "none");
  assert.equal(existsSync(path.join(place.dataDir, "sandbox")), false);
  const { run } = operator(t);
  const settings = { DATA_DIR: home.dataDir, PUBLIC_URL: "https://panel.example" };
  const said = await Promise.all([
    run(["backup", "--json"], { settings: { ...settings, PLATFORM_MODE: "live" } }),
    run(["backup", "--json"], { settings: { ...settings, PLATFORM_SANDBOX_URL: "http://127.0.0.1:9/sandbox" } }),
    run(["backup", "--json"], { settings }),
  ]);
  const held = said.map(({ out }) => (JSON.parse(out) as { sandbox: object | null }).sandbox !== null);
  assert.deepEqual(held, [false, false, true]);
  const other = home.elsewhere();
  const there = { DATA_DIR: other.dataDir, MASTER_KEY_FILE: other.masterKeyFile };
  const restored = await run(["restore", file], { settings: there });
  assert.match(restored.out, /The backup does not hold what the sandbox remembers.*Copy the folder sandbox/);
});

test("the same world that went on is kept; a strange one is refused and left alone", async (t) => {
  const { home, backUp } = await withWorld(t);
  const { file } = await backUp(true);
  const [same, strange] = [home.elsewhere(), home.elsewhere()];
  cpSync(path.join(home.dataDir, "sandbox"), path.join(same.dataDir, "sandbox"), { recursive: true });
  const later = new World(path.join(same.dataDir, "sandbox"), home.clock);
  const secret = later.issue("a later token");
  later.close();
  assert.equal((await restoreBackup(file, same, at(NOON))).sandbox, "kept");
  const kept = new World(path.join(same.dataDir, "sandbox"), home.clock);
  assert.ok(kept.secrets().some((one) => one.secret === secret));
  kept.close();

  const other = new World(path.join(strange.dataDir, "sandbox"), home.clock);
  other.issue("of another sandbox");
  other.close();
  const bytes = (): Buffer => readFileSync(path.join(strange.dataDir, "sandbox", "world.db"));
  const before = bytes();
  await assert.rejects(
    restoreBackup(file, strange, at(NOON)),
    /The folder sandbox in .* is not of the sandbox in the backup.*Nothing was changed\. Move that folder away/,
  );
  assert.deepEqual(bytes(), before);
  assert.equal(existsSync(path.join(strange.dataDir, "postern.db")), false);
  assert.equal(statSync(path.join(strange.dataDir, "sandbox")).isDirectory(), true);
});
