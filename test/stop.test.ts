/** SIGTERM in the middle of a slow upload, on a real process: no new claims, the upload parked, down in time, and on from there. */
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openAsBlob,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test, { type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { openDatabase } from "../src/database/index.ts";
import { Robot } from "./support/robot.ts";
import { openSandbox } from "./support/sandbox.ts";
import { ada, clip, leaks } from "./support/server.ts";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const MB = 1 << 20;
/** YouTube gets 32 MB a piece, so this makes three. */
const FILM_BYTES = 70 * MB;

interface Process {
  child: ChildProcess;
  url: string;
  log(): string;
}

async function start(t: TestContext, settings: Record<string, string>): Promise<Process> {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env["PATH"], ...settings },
    stdio: ["ignore", "ignore", "pipe"],
  });
  t.after(() => child.kill("SIGKILL"));
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => void (said += chunk));
  const url = await poll(
    () => /^Postern is ready at (\S+)$/m.exec(said)?.[1],
    () => `it starts: ${said}`,
  );
  return { child, url, log: () => said };
}

/** The clip, made longer by a box that players skip. */
function longFilm(file: string): void {
  const bytes = readFileSync(clip);
  const handle = openSync(file, "w");
  writeSync(handle, bytes);
  const box = Buffer.alloc(8);
  box.writeUInt32BE(FILM_BYTES - bytes.length);
  box.write("free", 4);
  writeSync(handle, box);
  ftruncateSync(handle, FILM_BYTES);
  closeSync(handle);
}

test("SIGTERM during a slow upload", async (t) => {
  const home = mkdtempSync(path.join(tmpdir(), "postern-stop-"));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const sandbox = await openSandbox();
  t.after(() => sandbox.close());
  const { world } = sandbox;
  let taken = 0;
  const receive = world.receive.bind(world);
  world.receive = async (body, into) => {
    const got = await receive(body, into);
    taken += got.bytes;
    return got;
  };
  const dataDir = path.join(home, "data");
  const settings = { DATA_DIR: dataDir, PORT: "0", PLATFORM_SANDBOX_URL: sandbox.url, LOG_LEVEL: "info" };
  const first = await start(t, settings);
  const robot = new Robot();
  await robot.open(`${first.url}/sign-up`);
  await robot.press("Create account", ada);
  await robot.open(`${first.url}/channels`);
  await robot.press("Connect YouTube");
  await robot.press("Allow");
  await robot.open(`${first.url}/settings`);
  await robot.press("Create key", { name: "test", access: "write" });
  const key = /pst_[\w-]+/.exec(robot.page.html)![0];
  const call = async <T>(target: string, body?: string | FormData, type?: string): Promise<T> => {
    const headers = { authorization: `Bearer ${key}`, ...(type ? { "content-type": type } : {}) };
    const reply = await fetch(`${first.url}/api/v1${target}`, {
      method: body ? "POST" : "GET",
      headers,
      body: body ?? null,
    });
    assert.ok(reply.ok, `${target}: ${await reply.clone().text()}`);
    return (await reply.json()) as T;
  };
  const film = path.join(home, "film.mp4");
  longFilm(film);
  const upload = async (file: string): Promise<string> => {
    const form = new FormData();
    form.append("file", await openAsBlob(file, { type: "video/mp4" }), path.basename(file));
    return (await call<{ id: string }>("/media", form)).id;
  };
  const long = await upload(film);
  const short = await upload(clip);
  const { items } = await call<{ items: Array<{ id: string }> }>("/channels");
  const publish = async (title: string, media: string): Promise<string> => {
    const options = { title, privacyStatus: "public", madeForKids: false };
    const body = { text: title, media: [media], publish: "now", channels: [{ channelId: items[0]!.id, options }] };
    const post = await call<{ publications: Array<{ id: string }> }>(
      "/posts",
      JSON.stringify(body),
      "application/json",
    );
    return post.publications[0]!.id;
  };
  const rows = () => {
    const db = openDatabase({ file: path.join(dataDir, "postern.db"), readonly: true });
    try {
      return db.all<{ id: string; state: string; attempt: number }>(
        "SELECT id, state, attempt FROM publications ORDER BY id",
      );
    } finally {
      db.close();
    }
  };

  // The second piece hangs on the line.
  world.faults.arm({ request: "PUT www.googleapis.com/", kind: "timeout", skip: 1, times: 9 });
  const slow = await publish("Slow tide", long);
  await poll(
    () => world.faults.list()[0]!.times < 9,
    () => `the second piece is on its way: ${JSON.stringify(rows())}`,
  );
  // A channel takes one video at a time, so these are due and wait; stopping the first must not let them begin.
  const titles = ["Second tide", "Third tide"];
  for (const title of titles) await publish(title, short);

  const asked = performance.now();
  first.child.kill("SIGTERM");
  const [code] = (await once(first.child, "exit")) as [number | null];
  const took = performance.now() - asked;
  assert.equal(code, 0, first.log());
  assert.ok(took < 10_000, `it took ${took} ms`);
  t.diagnostic(`down after ${Math.round(took)} ms`);
  const parked = rows();
  assert.equal(parked.find((row) => row.id === slow)!.state, "publishing");
  assert.deepEqual(
    parked.filter((row) => row.id !== slow).map((row) => [row.state, row.attempt]),
    titles.map(() => ["scheduled", 0]),
    "nothing new was begun while stopping",
  );
  assert.equal(taken, 32 * MB);

  world.faults.clear();
  const second = await start(t, { ...settings, PORT: new URL(first.url).port });
  await poll(
    () => rows().every((row) => row.state === "published"),
    () => JSON.stringify(rows()),
    120_000,
  );
  assert.equal(taken, FILM_BYTES + titles.length * statSync(clip).size, "no byte was sent twice");
  for (const title of ["Slow tide", ...titles])
    assert.equal(world.feed().filter((item) => item.title === title).length, 1, title);
  second.child.kill("SIGTERM");
  await once(second.child, "exit");

  const log = `${first.log()}${second.log()}`;
  for (const line of log
    .trim()
    .split("\n")
    .filter((one) => !one.startsWith("Postern is ready at")))
    assert.equal(typeof (JSON.parse(line) as { msg: unknown }).msg, "string", line);
  const secrets = [...world.secrets(), { kind: "password", secret: ada.password }, { kind: "API key", secret: key }];
  assert.deepEqual(leaks([{ name: "log", bytes: Buffer.from(log) }], secrets), []);
});

async function poll<T>(look: () => T | undefined | false, what: () => string, ms = 60_000): Promise<T> {
  for (const end = performance.now() + ms; performance.now() < end;) {
    const found = look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail(`This never came true: ${what()}`);
}
