/** API keys: found by their hash, refused when mistyped, revoked, expired or without a workspace. */
import assert from "node:assert/strict";
import test from "node:test";
import { createAccount, createApiKey, findApiKey } from "../../src/accounts/index.ts";
import type { House } from "../../src/house.ts";
import { hashSecret } from "../../src/ids.ts";
import { memoryDatabase } from "../support/database.ts";

test("API keys", (t) => {
  const db = memoryDatabase();
  t.after(() => db.close());
  let now = 1_700_000_000_000;
  const house = { db, clock: { now: () => now } } as unknown as House;
  const person = { name: "Ada", email: "ada@example.org", passwordHash: "x", timeZone: "Mars/Base" };
  const { accountId, workspaceId } = createAccount(house, person);
  const make = () => createApiKey(house, { accountId, workspaceId, name: "script", scopes: ["read", "write"] });
  const { id, secret } = make();

  assert.match(secret, /^pst_[\w-]{43}[0-9a-f]{6}$/);
  assert.equal(db.get<{ h: string }>("SELECT secret_hash AS h FROM api_keys")!.h, hashSecret(secret));
  assert.deepEqual(findApiKey(house, secret), { id, accountId, workspaceId, scopes: ["read", "write"] });
  assert.equal(db.get<{ zone: string }>("SELECT time_zone AS zone FROM accounts")!.zone, "UTC", "no such zone");

  const seen = () => db.get<{ at: number }>("SELECT last_used_at AS at FROM api_keys WHERE id = ?", [id])!.at;
  const first = seen();
  now += 59_000;
  findApiKey(house, secret);
  assert.equal(seen(), first, "written at most once a minute");
  now += 2000;
  findApiKey(house, secret);
  assert.equal(seen(), now);

  const mistyped = secret.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
  for (const wrong of [
    "",
    "pst_",
    mistyped,
    secret.slice(1),
    `${secret} `,
    make().secret.slice(0, 20),
    "x".repeat(10_000),
  ])
    assert.equal(findApiKey(house, wrong), null, wrong.slice(0, 60));

  db.run("UPDATE api_keys SET expires_at = ? WHERE id = ?", [now, id]);
  assert.equal(findApiKey(house, secret), null, "expired");
  db.run("UPDATE api_keys SET expires_at = NULL, revoked_at = ? WHERE id = ?", [now, id]);
  assert.equal(findApiKey(house, secret), null, "revoked");
  const other = make().secret;
  assert.notEqual(findApiKey(house, other), null);
  db.run("DELETE FROM memberships");
  assert.equal(findApiKey(house, other), null, "the account left the workspace");
});
