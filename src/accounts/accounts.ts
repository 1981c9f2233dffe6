/** The accounts table: the people who sign in, each with a workspace of their own. */
import type { AccountRow } from "../database/index.ts";
import type { House } from "../house.ts";
import { newId } from "../ids.ts";
import { isTimeZone } from "../time-zone.ts";
import { createWorkspace } from "../workspaces/index.ts";
import { forgetDevices } from "./known-devices.ts";
import { passwordFits } from "./passwords.ts";

/** Addresses are compared without case; how they were written is kept for display. */
export function foldEmail(email: string): string {
  return email.trim().toLowerCase();
}

/** Something before the one "@", names with dots between them after it; at most as long as mail carries. */
export function isEmail(text: string): boolean {
  return text.length <= 254 && /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(text);
}

export function findByEmail(house: House, email: string): AccountRow | undefined {
  return house.db.get<AccountRow>("SELECT * FROM accounts WHERE email_folded = ?", [foldEmail(email)]);
}

export function findAccount(house: House, id: string): AccountRow | undefined {
  return house.db.get<AccountRow>("SELECT * FROM accounts WHERE id = ?", [id]);
}

/** An address that is in use already. */
export class EmailTaken extends Error {
  constructor() {
    super("There is an account with this address already.");
    this.name = "EmailTaken";
  }
}

export interface NewAccount {
  name: string;
  email: string;
  passwordHash: string;
  timeZone: string;
}

/** Makes account, workspace and membership in one transaction; the very first account owns the instance. Throws EmailTaken. */
export function createAccount(house: House, account: NewAccount): { accountId: string; workspaceId: string } {
  const now = house.clock.now();
  const accountId = newId();
  const workspaceId = newId();
  const timeZone = isTimeZone(account.timeZone) ? account.timeZone : "UTC";
  house.db.transaction(() => {
    if (findByEmail(house, account.email)) throw new EmailTaken();
    const first = !house.db.get("SELECT 1 FROM accounts LIMIT 1");
    house.db.run(
      `INSERT INTO accounts (id, email, email_folded, name, password_hash, time_zone, is_owner, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        accountId,
        account.email.trim(),
        foldEmail(account.email),
        account.name,
        account.passwordHash,
        timeZone,
        first ? 1 : 0,
        now,
      ],
    );
    createWorkspace(house, { id: workspaceId, name: account.name, timeZone });
    house.db.run("INSERT INTO memberships (workspace_id, account_id, role, created_at) VALUES (?, ?, 'owner', ?)", [
      workspaceId,
      accountId,
      now,
    ]);
  });
  return { accountId, workspaceId };
}

/** Whether this is the account's password, when the comparison is done: it takes its turn, and somebody may change it meanwhile. */
export async function hasPassword(house: House, account: AccountRow | undefined, password: string): Promise<boolean> {
  const hash = account?.password_hash ?? null;
  if (!(await passwordFits(password, hash)) || account === undefined) return false;
  const now = findAccount(house, account.id);
  // Another hash may be of the same password.
  return now !== undefined && (now.password_hash === hash || hasPassword(house, now, password));
}

/**
 * Another password; browsers that signed in with the former one are no longer known. False, with nothing changed, when the
 * stored hash is not `was` any more.
 */
export function changePassword(house: House, accountId: string, passwordHash: string, was?: string): boolean {
  return house.db.transaction(() => {
    if (!storeHash(house, accountId, passwordHash, was)) return false;
    forgetDevices(house, accountId);
    return true;
  });
}

/** The same password under another hash; false when the stored one is not `was` any more. */
export function storeHash(house: House, accountId: string, passwordHash: string, was?: string): boolean {
  const sql = "UPDATE accounts SET password_hash = ? WHERE id = ? AND password_hash = COALESCE(?, password_hash)";
  return house.db.run(sql, [passwordHash, accountId, was ?? null]) === 1;
}

/** Throws EmailTaken. */
export function changeEmail(house: House, accountId: string, email: string): void {
  house.db.transaction(() => {
    const other = findByEmail(house, email);
    if (other && other.id !== accountId) throw new EmailTaken();
    house.db.run("UPDATE accounts SET email = ?, email_folded = ? WHERE id = ?", [
      email.trim(),
      foldEmail(email),
      accountId,
    ]);
  });
}

export function changeName(house: House, accountId: string, name: string): void {
  house.db.run("UPDATE accounts SET name = ? WHERE id = ?", [name, accountId]);
}

export function changeTimeZone(house: House, accountId: string, timeZone: string): void {
  house.db.run("UPDATE accounts SET time_zone = ? WHERE id = ?", [timeZone, accountId]);
}

export function anyAccount(house: House): boolean {
  return house.db.get("SELECT 1 FROM accounts LIMIT 1") !== undefined;
}

/** The workspace an account works in; one each, to begin with. */
export function workspaceOf(house: House, accountId: string): string | undefined {
  return house.db.get<{ workspace_id: string }>(
    "SELECT workspace_id FROM memberships WHERE account_id = ? ORDER BY created_at LIMIT 1",
    [accountId],
  )?.workspace_id;
}
