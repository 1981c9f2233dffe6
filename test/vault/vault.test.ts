/** The vault: what is sealed opens only in its place, with its key, untouched; and keys are renewed beside a running server. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "node:test";
import type { Db } from "../../src/database/index.ts";
import { openVault, readMasterKey, rotateDataKey, sealedColumns, VaultLockedError } from "../../src/vault/index.ts";
import { memoryDatabase } from "../support/database.ts";

const DAY = 24 * 3600 * 1000;
const at = { table: "platform_apps", id: "a", column: "client_secret_sealed" };

function open(db: Db, key: Buffer | null, now = 0) {
  return openVault(db, key, { now: () => now });
}

test("what is sealed opens again, and never looks the same twice", (t) => {
  const db = memoryDatabase();
  t.after(() => db.close());
  const vault = open(db, randomBytes(32));
  const sealed = vault.seal("très secret, 世界", at);
  assert.match(sealed, /^x1\.[0-9a-f]{8}\.[\w-]+$/);
  assert.equal(vault.open(sealed, at), "très secret, 世界");
  assert.notEqual(vault.seal("très secret, 世界", at), sealed);
  assert.equal(vault.open(vault.seal("", at), at), "");
});

test("a value that was moved or changed does not open", (t) => {
  const db = memoryDatabase();
  t.after(() => db.close());
  const vault = open(db, randomBytes(32));
  const sealed = vault.seal("token", at);
  assert.throws(() => vault.open(sealed, { ...at, id: "b" }));
  assert.throws(() => vault.open(sealed, { ...at, column: "other_sealed" }));
  assert.throws(() => vault.open(sealed, { ...at, table: "channels" }));
  const [version, kid, value = ""] = sealed.split(".");
  const bytes = Buffer.from(value, "base64url");
  for (const place of [0, 24, bytes.length - 1]) {
    const changed = Buffer.from(bytes);
    changed[place]! ^= 1;
    assert.throws(() => vault.open(`${version}.${kid}.${changed.toString("base64url")}`, at), `byte ${place}`);
  }
  assert.throws(() => vault.open(`${version}.${kid}.AAAA`, at), /too short/);
  assert.throws(() => vault.open(`${version}.00000000.${value}`, at), VaultLockedError);
  assert.throws(() => vault.open("plain text", at), /unknown form/);
});

test("a key that does not fit locks the vault, says what it expected and changes nothing", (t) => {
  const db = memoryDatabase();
  t.after(() => db.close());
  const key = randomBytes(32);
  const right = open(db, key);
  const sealed = right.seal("token", at);
  const before = db.all("SELECT * FROM key_check, data_keys");

  const wrong = open(db, randomBytes(32));
  assert.match(wrong.locked ?? "", new RegExp(`expects the key with the fingerprint ${right.fingerprint}`));
  assert.throws(() => wrong.open(sealed, at), VaultLockedError);
  assert.throws(() => wrong.seal("x", at), VaultLockedError);
  assert.throws(() => wrong.derive("sessCook"), VaultLockedError);
  assert.throws(() => wrong.addDataKey(), VaultLockedError);
  const missing = open(db, null);
  assert.match(missing.locked ?? "", /master key is missing.*fingerprint/);

  assert.deepEqual(db.all("SELECT * FROM key_check, data_keys"), before);
  assert.equal(open(db, key).open(sealed, at), "token");
});

test("derived keys differ by purpose and are the same after a restart", (t) => {
  const db = memoryDatabase();
  t.after(() => db.close());
  const key = randomBytes(32);
  const vault = open(db, key);
  assert.equal(vault.derive("sessCook").length, 32);
  assert.notDeepEqual(vault.derive("sessCook"), vault.derive("mediaUrl"));
  assert.deepEqual(open(db, key).derive("sessCook"), vault.derive("sessCook"));
});

test("the key file is made once for its owner alone, and refused when others can read it", (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), "postern-key-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const source = { masterKey: null, masterKeyFile: path.join(folder, "deep", "postern.key") };
  assert.equal(readMasterKey(source, false), null);
  assert.equal(existsSync(source.masterKeyFile), false, "none is made when sealed values may exist");
  const key = readMasterKey(source, true);
  assert.equal(key?.length, 32);
  assert.equal(statSync(source.masterKeyFile).mode & 0o777, 0o600);
  assert.deepEqual(readMasterKey(source, true), key, "the second time it is read");

  chmodSync(source.masterKeyFile, 0o644);
  assert.throws(() => readMasterKey(source, true), /chmod 600/);
  chmodSync(source.masterKeyFile, 0o600);
  writeFileSync(source.masterKeyFile, "c2hvcnQ=\n");
  assert.throws(() => readMasterKey(source, true), /does not hold 32 bytes/);
});

test("every sealed column of the schema is found", (t) => {
  const db = memoryDatabase();
  t.after(() => db.close());
  const found = sealedColumns(db).map(({ table, column }) => `${table}.${column}`);
  for (const one of ["platform_apps.client_secret_sealed", "channels.access_token_sealed", "oauth_flows.found_sealed"])
    assert.ok(found.includes(one), one);
});

function apps(db: Db, vault: ReturnType<typeof open>, count: number): void {
  for (let i = 0; i < count; i += 1) {
    const id = `app-${i}`;
    db.run(
      "INSERT INTO platform_apps (id, platform, client_id, client_secret_sealed, updated_at) VALUES (?, ?, 'c', ?, 0)",
      [id, id, vault.seal(`secret ${i}`, { ...at, id })],
    );
  }
}

function sealedApps(db: Db): Array<{ id: string; value: string }> {
  return db.all("SELECT id, client_secret_sealed AS value FROM platform_apps ORDER BY rowid");
}

test("rotation moves every value in batches, and the vault of a running server goes on without a restart", (t) => {
  const db = memoryDatabase();
  t.after(() => db.close());
  const key = randomBytes(32);
  const server = open(db, key);
  apps(db, server, 450);
  const steps: number[] = [];
  const { kid, moved } = rotateDataKey(db, open(db, key), 0, (n) => steps.push(n));
  assert.equal(moved, 450);
  assert.ok(steps.filter((n, i) => n !== steps[i - 1] && n > 0).length >= 3, "in several transactions");
  for (const [i, { id, value }] of sealedApps(db).entries()) {
    assert.ok(value.startsWith(`x1.${kid}.`));
    assert.equal(server.open(value, { ...at, id }), `secret ${i}`);
  }
  assert.ok(server.seal("new", at).startsWith(`x1.${kid}.`), "the server seals under the new key");
});

test("a rotation that was cut short is finished by the next", (t) => {
  const db = memoryDatabase();
  t.after(() => db.close());
  const key = randomBytes(32);
  apps(db, open(db, key), 450);
  const cut = new Error("power cut");
  assert.throws(
    () =>
      rotateDataKey(db, open(db, key), 0, (moved) => {
        if (moved === 200) throw cut;
      }),
    cut,
  );
  assert.equal(new Set(sealedApps(db).map(({ value }) => value.split(".")[1])).size, 2, "some old, some new");
  const between = open(db, key);
  for (const [i, { id, value }] of sealedApps(db).entries())
    assert.equal(between.open(value, { ...at, id }), `secret ${i}`);

  const { kid } = rotateDataKey(db, open(db, key), 0);
  const after = open(db, key);
  for (const [i, { id, value }] of sealedApps(db).entries()) {
    assert.ok(value.startsWith(`x1.${kid}.`));
    assert.equal(after.open(value, { ...at, id }), `secret ${i}`);
  }
});

test("a value that changes between the batches of a rotation keeps the change", (t) => {
  const db = memoryDatabase();
  t.after(() => db.close());
  const key = randomBytes(32);
  const server = open(db, key);
  apps(db, server, 450);
  // Sealed under the old key before the rotation, stored after its row was moved: the latest a slow writer can be.
  const late = server.seal("renewed meanwhile", { ...at, id: "app-0" });
  let stored = false;
  rotateDataKey(db, open(db, key), 0, (moved) => {
    if (moved < 400 || stored) return;
    stored = true;
    db.run("UPDATE platform_apps SET client_secret_sealed = ? WHERE id = 'app-0'", [late]);
    const fresh = server.seal("renewed as well", { ...at, id: "app-449" });
    db.run("UPDATE platform_apps SET client_secret_sealed = ? WHERE id = 'app-449'", [fresh]);
  });
  const opened = new Map(sealedApps(db).map(({ id, value }) => [id, server.open(value, { ...at, id })]));
  assert.equal(opened.get("app-0"), "renewed meanwhile");
  assert.equal(opened.get("app-449"), "renewed as well");
});

test("a former key stays readable for 30 days after it was replaced, however old it is, then it is wiped", (t) => {
  const db = memoryDatabase();
  t.after(() => db.close());
  const key = randomBytes(32);
  const first = open(db, key, 0);
  const late = first.seal("still on its way", { ...at, id: "late" });
  const state = () => db.get<{ state: string }>("SELECT state FROM data_keys ORDER BY rowid")?.state;

  rotateDataKey(db, open(db, key, 400 * DAY), 400 * DAY);
  assert.equal(state(), "old", "replaced just now");
  assert.equal(open(db, key).open(late, { ...at, id: "late" }), "still on its way");

  db.run("INSERT INTO platform_apps VALUES ('late', 'late', 'c', ?, 0)", [late]);
  rotateDataKey(db, open(db, key, 420 * DAY), 420 * DAY);
  assert.equal(state(), "old", "20 days");
  rotateDataKey(db, open(db, key, 431 * DAY), 431 * DAY);
  assert.deepEqual(db.get("SELECT state, wrapped FROM data_keys ORDER BY rowid"), { state: "destroyed", wrapped: "" });
  assert.equal(
    open(db, key).open(sealedApps(db)[0]!.value, { ...at, id: "late" }),
    "still on its way",
    "it was moved in time",
  );
  assert.throws(() => open(db, key).open(late, { ...at, id: "late" }), VaultLockedError);
});

test("a rotation that meets a broken value names it and loses nothing", (t) => {
  const db = memoryDatabase();
  t.after(() => db.close());
  const vault = open(db, randomBytes(32));
  apps(db, vault, 2);
  const moved = vault.seal("from another row", { ...at, id: "elsewhere" });
  db.run("UPDATE platform_apps SET client_secret_sealed = ? WHERE id = 'app-1'", [moved]);
  assert.throws(() => rotateDataKey(db, vault, 0), /client_secret_sealed of row app-1 in platform_apps/);
  assert.equal(vault.open(sealedApps(db)[0]!.value, { ...at, id: "app-0" }), "secret 0");
  assert.equal(sealedApps(db)[1]!.value, moved);
});
