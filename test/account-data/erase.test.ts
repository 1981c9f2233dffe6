/** Erasing an account beside a running server: everything of it is gone from every byte, everybody else's is as it was. */
import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "node:test";
import { eraseAccount } from "../../src/account-data/index.ts";
import { findByEmail } from "../../src/accounts/index.ts";
import { operator } from "../cli/postern.ts";
import { Guest } from "../accounts/guest.ts";
import { ada, clip, everyByte, leaks, type Bytes } from "../support/server.ts";
import { bob, openTwo, post, stateOf, until, type Two } from "./two.ts";

/** What stands in the files now and must not afterwards. */
function traces(two: Two): Array<{ kind: string; secret: string }> {
  const { db } = two.server.running.wired.house;
  const channel = db.get<Record<"name" | "handle" | "remote_id" | "access_token_sealed" | "extra_sealed", string>>(
    "SELECT name, handle, remote_id, access_token_sealed, extra_sealed FROM channels",
  )!;
  const session = db.get<{ secret_hash: string }>("SELECT secret_hash FROM sessions WHERE account_id = ?", [
    two.accountId,
  ])!;
  const key = db.get<{ secret_hash: string }>("SELECT secret_hash FROM api_keys WHERE account_id = ?", [
    two.accountId,
  ])!;
  const account = findByEmail(two.server.running.wired.house, bob.email)!;
  return [
    { kind: "address", secret: bob.email },
    { kind: "folded address", secret: account.email_folded },
    { kind: "name", secret: bob.name },
    { kind: "password hash", secret: account.password_hash },
    { kind: "session", secret: session.secret_hash },
    { kind: "API key", secret: key.secret_hash },
    { kind: "name of a key", secret: "Bobs kite" },
    { kind: "post", secret: "Bobs high tide" },
    { kind: "word of a post, as it is searched", secret: "zeppelin" },
    { kind: "channel's name", secret: channel.name },
    { kind: "channel's handle", secret: channel.handle },
    { kind: "channel's id", secret: channel.remote_id },
    { kind: "sealed token", secret: channel.access_token_sealed },
    { kind: "sealed facts", secret: channel.extra_sealed },
    { kind: "file name", secret: "Bobs zeppelin" },
    { kind: "upload under way", secret: "Bobs sextant" },
    { kind: "account's id", secret: two.accountId },
    { kind: "workspace's id", secret: two.workspaceId },
  ];
}

/**
 * Every file, read from a copy that another process makes: closing a database's file in the process that has it open would drop
 * SQLite's locks, and the command beside it would take the log away from under the server.
 */
function bytesOf({ server }: Two): Bytes[] {
  const copy = mkdtempSync(path.join(tmpdir(), "postern-bytes-"));
  try {
    assert.equal(spawnSync("cp", ["-r", server.folder, copy]).status, 0);
    return everyByte({ ...server, folder: path.join(copy, "data") }).filter((place) => place.name !== "postern.jsonl");
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** An upload that Bob began and never finished. */
function beginUpload(two: Two): void {
  const id = randomUUID().replace(/^(.{14})./, "$17");
  const place = path.join(two.server.folder, "media", "uploads", id);
  const metadata = { filename: "Bobs sextant.mp4", account: two.accountId, workspace: two.workspaceId };
  writeFileSync(place, "Bobs sextant, first half");
  writeFileSync(`${place}.json`, JSON.stringify({ id, size: 100, metadata }));
}

test("erase-account leaves nothing of it in any file, and everything of the others", async (t) => {
  const two = await openTwo(t);
  const { server } = two;
  const { db } = server.running.wired.house;
  const published = await post(two, "Bobs high tide", "now");
  await until(two, () => stateOf(two, published) === "published", "it is published");
  await post(two, "Bobs high tide, again");
  beginUpload(two);
  await new Guest(server).signIn(bob.email, "a wrong password of eleven");
  const before = traces(two);
  const bytes = bytesOf(two);
  for (const one of before) assert.notEqual(leaks(bytes, [one]).length, 0, `${one.kind} is not found before either`);
  const { sha256 } = db.get<{ sha256: string }>("SELECT sha256 FROM media WHERE id = ?", [two.picture])!;
  const pixels = readFileSync(path.join(server.folder, "media", sha256.slice(0, 2), sha256, "original.jpg"));
  before.push({ kind: "pixels", secret: pixels.subarray(2000, 2100).toString("latin1") });

  const { run } = operator(t);
  const settings = { DATA_DIR: server.folder, PORT: new URL(server.url).port };
  const call = (args: string[]) => run(["erase-account", ...args], { settings });
  const [asked, owner, notOwner] = await Promise.all([
    call(["--email", bob.email]),
    call(["--email", ada.email, "--yes", "--json"]),
    call(["--email", bob.email, "--yes", "--hand-to", ada.email]),
  ]);
  assert.deepEqual([asked.code, owner.code, notOwner.code], [1, 1, 1]);
  assert.match(asked.err, /cannot be undone.*--yes/);
  assert.match((JSON.parse(owner.out) as { error: string }).error, /Nothing was erased\..*owns the install.*--hand-to/);
  assert.match(notOwner.err, /does not own this install/);
  assert.equal(db.get<{ n: number }>("SELECT COUNT(*) AS n FROM accounts")!.n, 2, "refusals erase nothing");

  const said = await call(["--email", bob.email, "--yes", "--json"]);
  assert.equal(said.code, 0, said.err);
  const receipt = JSON.parse(said.out) as Record<string, unknown>;
  assert.deepEqual(
    [receipt["posts"], receipt["media"], receipt["calledOff"], receipt["workspaces"], receipt["logCleared"]],
    [2, 2, 1, 1, true],
  );
  assert.deepEqual(receipt["channels"], [
    { platform: "TikTok", revoked: true, words: "TikTok confirmed that Postern's access is withdrawn." },
  ]);
  const places = bytesOf(two);
  assert.ok(
    places.some((place) => place.name === "postern.db-wal"),
    "the log is among what is searched",
  );
  assert.deepEqual(leaks(places, before), []);
  assert.ok(!existsSync(path.join(server.folder, "media", sha256.slice(0, 2), sha256)));
  assert.deepEqual(leftOver(two), [], "no table names the account or its workspace");

  await t.test("what was handed out opens nothing any more", async () => {
    assert.equal((await two.robot.open(`${server.url}/settings`)).url, `${server.url}/sign-in?next=%2Fsettings`);
    const reply = await fetch(`${server.url}/api/v1/posts`, { headers: { authorization: `Bearer ${two.key}` } });
    assert.equal(reply.status, 401);
    assert.equal((await new Guest(server).signIn(bob.email, bob.password)).status, 422);
  });
  await t.test("Ada's things are as they were, the file that both had included", async () => {
    const film = createHash("sha256").update(readFileSync(clip)).digest("hex");
    assert.ok(existsSync(path.join(server.folder, "media", film.slice(0, 2), film, "original.mp4")));
    assert.equal((await two.ada.open(`${server.url}/media`)).status, 200);
    assert.deepEqual(db.all("SELECT email, is_owner FROM accounts"), [{ email: ada.email, is_owner: 1 }]);
    assert.equal((await fetch(`${server.url}/readyz`)).status, 200);
  });
  await t.test("erasing again finds nobody", async () => {
    assert.match((await call(["--email", bob.email, "--yes"])).err, /no account with the address/);
  });
});

test("while it is being uploaded: the upload stops and nothing lands", async (t) => {
  const two = await openTwo(t);
  const { server } = two;
  server.world.faults.arm({ request: "POST open.tiktokapis.com/v2/post/publish/video/init/", kind: "delay", ms: 1500 });
  const id = await post(two, "Bobs high tide", "now");
  await until(two, () => stateOf(two, id) === "publishing", "it is being uploaded");
  const { wired } = server.running;
  const erased = await eraseAccount(wired, two.accountId);
  assert.equal(erased.onTheirWay, 1);
  assert.equal(erased.channels.length, 1);
  for (let i = 0; i < 200 && wired.house.runner.busy > 0; i += 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(wired.house.runner.busy, 0);
  assert.deepEqual(
    server.world.feed().filter((item) => item.text.includes("high tide")),
    [],
  );
  assert.deepEqual(leftOver(two), []);
});

test("a platform that does not answer stops nothing, and the receipt says so", async (t) => {
  const two = await openTwo(t);
  const { run } = operator(t);
  await post(two, "Bobs high tide");
  await two.server.running.stop();
  const settings = { DATA_DIR: two.server.folder, PORT: new URL(two.server.url).port };
  const said = await run(["erase-account", "--email", bob.email, "--yes"], { settings });
  assert.equal(said.code, 0, said.err);
  assert.match(
    said.out,
    /TikTok: TikTok could not be reached, so the access there was not withdrawn\. You can withdraw it at/,
  );
  assert.match(said.out, /one scheduled publication called off/i);
  await two.server.restart();
  assert.equal(findByEmail(two.server.running.wired.house, bob.email), undefined);
});

test("with much to be forgotten by the search and no server beside it, the command goes on to its end", async (t) => {
  const two = await openTwo(t);
  const { run } = operator(t);
  const { posts } = two.server.running.wired;
  const input = { media: [], channels: [], scheduledAt: null, wallTime: null, timeZone: "Europe/Paris" };
  for (let n = 0; n < 80; n += 1) {
    const text = Array.from({ length: 60 }, () => randomUUID().replaceAll("-", " ")).join(" ");
    posts.saveDraft(two.workspaceId, two.accountId, { ...input, text });
  }
  await two.server.running.stop();
  const said = await run(["erase-account", "--email", bob.email, "--yes"], {
    settings: { DATA_DIR: two.server.folder, PORT: new URL(two.server.url).port },
  });
  assert.equal(said.code, 0, said.err);
  assert.match(said.out, /80 posts/);
  await two.server.restart();
});

test("who alone owns what others use cannot go; the install can be handed over", async (t) => {
  const two = await openTwo(t);
  const { house } = two.server.running.wired;
  const adas = findByEmail(house, ada.email)!.id;
  const shared = house.db.get<{ workspace_id: string }>("SELECT workspace_id FROM memberships WHERE account_id = ?", [
    adas,
  ])!.workspace_id;
  house.db.run("INSERT INTO memberships VALUES (?, ?, 'member', 0)", [shared, two.accountId]);
  await assert.rejects(
    eraseAccount(two.server.running.wired, adas, two.accountId),
    /“Ada” is used by others, and this account is its only owner/,
  );
  house.db.run("UPDATE memberships SET role = 'owner' WHERE account_id = ?", [two.accountId]);
  const { run } = operator(t);
  const settings = { DATA_DIR: two.server.folder, PORT: new URL(two.server.url).port };
  const said = await run(["erase-account", "--email", ada.email, "--hand-to", bob.email, "--yes"], { settings });
  assert.equal(said.code, 0, said.err);
  assert.deepEqual(house.db.all("SELECT email, is_owner FROM accounts"), [{ email: bob.email, is_owner: 1 }]);
  assert.ok(house.db.get("SELECT 1 FROM workspaces WHERE id = ?", [shared]), "the workspace stays with Bob");
});

test("the page: the address and the password first, a receipt after, and nobody is signed in any more", async (t) => {
  const two = await openTwo(t);
  const { server, robot, ada: owner } = two;
  await owner.open(`${server.url}/settings/account`);
  assert.ok(owner.has("This account cannot be deleted yet"));
  server.clock.push(11 * 60_000);
  await robot.open(`${server.url}/settings/account`);
  const wrong = await robot.press("Delete account", { email: ada.email, currentPassword: bob.password });
  assert.equal(wrong.status, 422);
  assert.ok(robot.has(`Write ${bob.email} to delete this account.`));
  assert.equal((await robot.press("Delete account", { email: bob.email, currentPassword: "not this" })).status, 422);
  assert.ok(robot.has("That is not your current password."));
  const gone = await robot.press("Delete account", { email: bob.email, currentPassword: bob.password });
  assert.equal(gone.status, 200);
  assert.ok(robot.has("Your account is deleted"));
  assert.ok(robot.has("TikTok confirmed that Postern's access is withdrawn."));
  assert.deepEqual(leftOver(two), []);
  assert.match((await robot.open(`${server.url}/`)).url, /\/sign-in/);
});

/** Every table and column that still names the account or its workspace. */
function leftOver(two: Two): string[] {
  const { db } = two.server.running.wired.house;
  const tables = db.all<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'");
  return tables.flatMap(({ name }) =>
    db.all<Record<string, unknown>>(`SELECT * FROM "${name}"`).flatMap((row) =>
      Object.entries(row)
        .filter(([, value]) => [two.accountId, two.workspaceId].some((id) => String(value).includes(id)))
        .map(([column]) => `${name}.${column}`),
    ),
  );
}
