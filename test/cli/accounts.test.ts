/** Accounts, keys and passwords from the command line, checked against a running server on the same folder. */
import assert from "node:assert/strict";
import test from "node:test";
import { findApiKey } from "../../src/accounts/index.ts";
import { Guest } from "../accounts/guest.ts";
import { ada, startTestServer } from "../support/server.ts";
import { operator } from "./postern.ts";

test("create-account, create-api-key and reset-password beside a running server", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  const { house } = server.running.wired;
  const { run } = operator(t);
  const settings = { DATA_DIR: server.folder };
  const call = (args: string[], stdin = "") => run(args, { stdin, settings });

  const made = await call(
    ["create-account", "--email", ada.email, "--name", "Ada", "--password-stdin"],
    `${ada.password}\n`,
  );
  assert.deepEqual([made.code, made.err], [0, ""]);
  assert.ok(!made.out.includes(ada.password));
  const guest = new Guest(server);
  assert.equal((await guest.signIn(ada.email, ada.password)).status, 303);
  assert.deepEqual(house.db.get("SELECT is_owner, name FROM accounts"), { is_owner: 1, name: "Ada" });

  const [again, weak, bob, key, unknown] = await Promise.all([
    call(["create-account", "--email", "ADA@example.org", "--name", "Ada"]),
    call(["create-account", "--email", "c@example.org", "--name", "C", "--password-stdin"], "iloveyou\n"),
    call(["create-account", "--email", "bob@example.org", "--name", "Bob", "--json"]),
    call(["create-api-key", "--email", ada.email, "--name", "script"]),
    call(["create-api-key", "--email", "nobody@example.org", "--name", "script", "--json"]),
  ]);
  assert.deepEqual([again.code, again.out], [1, ""]);
  assert.equal(again.err, "There is an account with this address already.\n");
  assert.match(weak.err, /first that are tried/);
  assert.equal(house.db.get("SELECT 1 FROM accounts WHERE email = 'c@example.org'"), undefined);
  const bobs = JSON.parse(bob.out) as { accountId: string; password: string };
  assert.equal((await new Guest(server).signIn("bob@example.org", bobs.password)).status, 303);
  assert.deepEqual(house.db.get("SELECT is_owner FROM accounts WHERE id = ?", [bobs.accountId]), { is_owner: 0 });
  assert.match(key.out, /^pst_\S+\n$/, "nothing but the key, for scripts");
  assert.deepEqual(findApiKey(house, key.out.trim())?.scopes, ["read", "write"]);
  assert.equal(unknown.code, 1);
  assert.match((JSON.parse(unknown.out) as { error: string }).error, /no account with the address nobody@example\.org/);

  const reset = await call(["reset-password", "--email", ada.email, "--json"]);
  const { password, endedSessions } = JSON.parse(reset.out) as { password: string; endedSessions: number };
  assert.equal(endedSessions, 1);
  assert.equal(await guest.isIn(), false, "every session is ended");
  assert.equal((await guest.signIn(ada.email, password)).status, 303);
  assert.equal((await call(["reset-password", "--email", "nobody@example.org"])).code, 1);
});
