/** An export holds everything on the account, opens with ordinary tools, and never holds a secret. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "node:test";
import { tarOf } from "../../src/account-data/tar.ts";
import { operator } from "../cli/postern.ts";
import { clip, leaks } from "../support/server.ts";
import { bob, openTwo, post, stateOf, until } from "./two.ts";

test("export-account beside a running server", async (t) => {
  const two = await openTwo(t);
  const { server } = two;
  const publication = await post(two, "Bobs low tide", "now");
  await until(two, () => stateOf(two, publication) === "published", "it is published");
  await post(two, "Bobs high tide");
  const { db } = server.running.wired.house;
  const sealed = db.get<{ access: string }>("SELECT access_token_sealed AS access FROM channels")!.access;
  const { run, home } = operator(t);
  const settings = { DATA_DIR: server.folder };
  const call = (args: string[]) => run(["export-account", ...args], { settings });

  const said = await call(["--email", bob.email.toLowerCase(), "--json"]);
  assert.equal(said.code, 0, said.err);
  const { file, bytes, media, posts } = JSON.parse(said.out) as {
    file: string;
    bytes: number;
    media: number;
    posts: number;
  };
  assert.deepEqual([path.dirname(file), posts, media], [home, 2, 2]);
  assert.match(path.basename(file), /^postern-account-\d{8}\.tar$/);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(statSync(file).size, bytes);

  const out = mkdtempSync(path.join(tmpdir(), "postern-export-"));
  t.after(() => rmSync(out, { recursive: true, force: true }));
  const untar = spawnSync("tar", ["-xf", file, "-C", out]);
  assert.equal(untar.status, 0, untar.stderr.toString());
  const json = <T>(name: string) => JSON.parse(readFileSync(path.join(out, name), "utf8")) as T;
  const account = json<{ account: { email: string }; sessions: Array<{ device: string; beganAt: string }> }>(
    "account.json",
  );
  assert.equal(account.account.email, bob.email);
  assert.equal(account.sessions.length, 1);
  assert.match(account.sessions[0]!.beganAt, /^20\d\d-.*Z$/);
  const channels = json<Array<{ platform: string; handle: string; scopes: string[] }>>("workspace-1/channels.json");
  assert.equal(channels[0]!.platform, "tiktok");
  assert.ok(channels[0]!.scopes.length > 0);
  const written =
    json<Array<{ text: string; publications: Array<{ state: string; timeline: unknown[] }> }>>(
      "workspace-1/posts-0001.json",
    );
  assert.deepEqual(written.map((one) => one.text).sort(), ["Bobs high tide", "Bobs low tide"]);
  const landed = written.find((one) => one.text === "Bobs low tide")!.publications[0]!;
  assert.equal(landed.state, "published");
  assert.ok(landed.timeline.length >= 2);
  assert.ok(json<Array<{ action: string }>>("audit-0001.json").some((one) => one.action === "post.publish"));
  const film = readFileSync(path.join(out, "workspace-1", "media", `${two.film}.mp4`));
  assert.equal(hash(film), hash(readFileSync(clip)));
  assert.ok(readdirSync(path.join(out, "workspace-1", "media")).includes(`${two.picture}.jpg`));

  const archive = [{ name: "export", bytes: readFileSync(file) }];
  assert.notEqual(leaks(archive, [{ kind: "email", secret: bob.email }]).length, 0);
  const secrets = [
    ...server.world.secrets(),
    { kind: "password", secret: bob.password },
    { kind: "API key", secret: two.key },
    { kind: "sealed token", secret: sealed },
    { kind: "Ada's address", secret: "ada@example.org" },
    ...hashes(server.running.wired.house.db.all("SELECT secret_hash AS hash FROM sessions")),
    ...hashes(server.running.wired.house.db.all("SELECT secret_hash AS hash FROM api_keys")),
    ...hashes(server.running.wired.house.db.all("SELECT password_hash AS hash FROM accounts")),
  ];
  assert.deepEqual(leaks(archive, secrets), []);

  await t.test("refusals say what to do, and leave what is there", async () => {
    writeFileSync(path.join(home, "mine.tar"), "mine");
    const [again, there, nowhere, stranger] = await Promise.all([
      call(["--email", bob.email]),
      call(["--email", bob.email, "--to", "mine.tar"]),
      call(["--email", bob.email, "--to", path.join(home, "no", "such", "folder.tar")]),
      call(["--email", "nobody@example.org", "--json"]),
    ]);
    assert.deepEqual([again.code, there.code, nowhere.code, stranger.code], [1, 1, 1, 1]);
    assert.match(again.err, /There is a file .*already.*--to/);
    assert.equal(readFileSync(path.join(home, "mine.tar"), "utf8"), "mine");
    assert.match(nowhere.err, /There is no folder .*such/);
    assert.match((JSON.parse(stranger.out) as { error: string }).error, /no account with the address nobody/);
    assert.deepEqual(
      readdirSync(home).filter((name) => name.startsWith(".unfinished")),
      [],
    );
  });

  await t.test("a file that is gone is named, and the rest comes out; into a pipe as well", async () => {
    const { sha256 } = db.get<{ sha256: string }>("SELECT sha256 FROM media WHERE id = ?", [two.picture])!;
    rmSync(path.join(server.folder, "media", sha256.slice(0, 2), sha256, "original.jpg"));
    const piped = await call(["--email", bob.email, "--to", "-"]);
    assert.equal(piped.code, 1, piped.err);
    assert.match(piped.err, new RegExp(`1 files are gone.*\n  workspace-1/media/${two.picture}\\.jpg`));
    assert.ok(piped.out.startsWith("README.txt\0"), "standard output holds the archive and nothing else");
    assert.ok(piped.out.includes("missing.json\0"));
  });
});

test("the page gives the same archive, after the password where it was not given lately", async (t) => {
  const two = await openTwo(t);
  const { server, robot } = two;
  await robot.open(`${server.url}/settings/account`);
  assert.ok(robot.has("2 files"), "the page says what there is");
  const lately = await robot.press("Download everything");
  assert.ok(lately.html.startsWith("README.txt\0"));
  server.clock.push(11 * 60_000);
  await robot.open(`${server.url}/settings/account`);
  const refused = await robot.press("Download everything", { currentPassword: "not this one" });
  assert.equal(refused.status, 422);
  assert.ok(robot.has("That is not your current password."));
  const given = await robot.press("Download everything", { currentPassword: bob.password });
  assert.ok(given.html.startsWith("README.txt\0"));
  const { db } = server.running.wired.house;
  assert.equal(db.get<{ n: number }>("SELECT COUNT(*) AS n FROM audit_log WHERE action = 'account.exported'")!.n, 2);
});

test("files above 8 GB and odd lengths keep to the form that tar reads", async () => {
  const large = 9 * 2 ** 30;
  const entries = [{ name: "large.bin", bytes: large, body: [] }];
  const seen: Buffer[] = [];
  await assert.rejects(async () => {
    for await (const chunk of tarOf(entries, 0)) seen.push(chunk);
  }, /not as long/);
  const header = Buffer.concat(seen);
  assert.match(header.subarray(512, 1024).toString(), /^\d+ size=9663676416\n/);
  assert.equal(Number(/^\d+/.exec(header.subarray(512, 600).toString())![0]), " size=9663676416\n".length + 2);
  const whole: Buffer[] = [];
  const odd = Buffer.alloc(777, 7);
  for await (const chunk of tarOf([{ name: "a/odd.bin", bytes: 777, body: [odd] }], 1_795_348_800_000))
    whole.push(chunk);
  const listed = spawnSync("tar", ["-tvf", "-"], { input: Buffer.concat(whole), env: { ...process.env, TZ: "UTC" } });
  assert.match(listed.stdout.toString(), /^-rw------- .* 777 2026-11-22 12:00 a\/odd\.bin\n$/);
});

function hash(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function hashes(rows: Array<{ hash: string }>): Array<{ kind: string; secret: string }> {
  return rows.map((row) => ({ kind: "hash", secret: row.hash }));
}
