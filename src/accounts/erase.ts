/** What this room takes out when an account is erased. */
import type { House } from "../house.ts";
import { findAccount } from "./accounts.ts";

/** Every session and API key ends now and is forgotten. */
export function endAccess(house: House, accountId: string): void {
  house.db.run("DELETE FROM sessions WHERE account_id = ?", [accountId]);
  house.db.run("DELETE FROM api_keys WHERE account_id = ?", [accountId]);
}

/** Another account owns the install from now on. In the caller's transaction. */
export function handInstallTo(house: House, accountId: string): void {
  house.db.run("UPDATE accounts SET is_owner = 0 WHERE is_owner = 1");
  house.db.run("UPDATE accounts SET is_owner = 1 WHERE id = ?", [accountId]);
}

/**
 * Takes the account out, with counters that name it and what invites said of their guests. The audit log keeps that something
 * was done and when, not who did it or to what; `workspaces` are those that go with the account. In the caller's transaction.
 */
export function eraseAccountRows(house: House, accountId: string, workspaces: readonly string[]): void {
  const { db } = house;
  const account = findAccount(house, accountId);
  if (!account) return;
  db.run(
    `DELETE FROM throttles WHERE name IN (@byAddress, @byId)
       OR name IN (SELECT 'sign-in/device/' || devices.id FROM devices WHERE devices.account_id = @accountId)`,
    { byAddress: `sign-in/account/${account.email_folded}`, byId: `password-check/${accountId}`, accountId },
  );
  db.run("UPDATE invites SET note = '' WHERE used_at IS NOT NULL");
  db.run(
    `UPDATE audit_log SET account_id = NULL, workspace_id = NULL, target = '', facts = '{}'
     WHERE workspace_id IN (SELECT value FROM json_each(?))`,
    [JSON.stringify(workspaces)],
  );
  db.run("UPDATE audit_log SET account_id = NULL, target = '' WHERE account_id = ?", [accountId]);
  db.run("DELETE FROM accounts WHERE id = ?", [accountId]);
}
