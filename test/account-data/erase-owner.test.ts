/** Whom the install belongs to when accounts come and go while one is being erased. */
import assert from "node:assert/strict";
import test from "node:test";
import { eraseAccount } from "../../src/account-data/index.ts";
import { createAccount, findByEmail } from "../../src/accounts/index.ts";
import { ada } from "../support/server.ts";
import { openTwo } from "./two.ts";

test("who comes or goes while the platforms are waited for: the install has an owner, and no receipt says it is free", async (t) => {
  const two = await openTwo(t);
  const { house } = two.server.running.wired;
  const adas = findByEmail(house, ada.email)!.id;
  const erase = (id: string, heir?: string) => eraseAccount(two.server.running.wired, id, heir);
  const join = (name: string): string => {
    two.server.clock.push(1000);
    const given = { name, email: `${name}@example.org`, passwordHash: "", timeZone: "UTC" };
    return createAccount(house, given).accountId;
  };
  const owners = () => house.db.all("SELECT id FROM accounts WHERE is_owner = 1");

  await erase(adas, two.accountId);
  const last = erase(two.accountId);
  const [carol, dave] = [join("carol"), join("dave")];
  assert.equal((await last).installIsFree, false);
  assert.deepEqual(owners(), [{ id: carol }], "the oldest of those who came");

  const eve = join("eve");
  await Promise.all([erase(dave), erase(carol, dave)]);
  assert.deepEqual(owners(), [{ id: eve }], "the heir has left first");
  assert.equal((await erase(eve)).installIsFree, true);
});
