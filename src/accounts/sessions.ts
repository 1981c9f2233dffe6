/** Sessions: rows behind the sealed cookie, listed and revocable. */
import type { Db, SessionRow } from "../database/index.ts";
import type { House } from "../house.ts";
import { hashSecret, newId, newSecret } from "../ids.ts";
import { deviceName, shortAddress } from "./devices.ts";

const IDLE_MS = 7 * 24 * 3600_000;
const ABSOLUTE_MS = 30 * 24 * 3600_000;
/** On a computer that others use, too. */
const BORROWED_MS = 12 * 3600_000;
const CONFIRMED_MS = 10 * 60_000;
const SEEN_EVERY_MS = 60_000;

export interface SessionFrom {
  userAgent: string;
  ip: string;
  /** Somebody else's computer: the session ends after 12 hours. */
  borrowed: boolean;
}

/** Makes a session and returns the secret for the cookie; only its hash is stored. */
export function openSession(house: House, accountId: string, from: SessionFrom): string {
  const secret = newSecret();
  const now = house.clock.now();
  house.db.run(
    `INSERT INTO sessions (id, secret_hash, account_id, device, address, created_at, last_seen_at, expires_at, confirmed_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      newId(),
      hashSecret(secret),
      accountId,
      deviceName(from.userAgent),
      shortAddress(from.ip),
      now,
      now,
      now + (from.borrowed ? BORROWED_MS : ABSOLUTE_MS),
      now,
    ],
  );
  return secret;
}

/** The live session with this secret, or undefined; notes that it was seen, at most once a minute. */
export function findSession(house: House, secret: string): SessionRow | undefined {
  const row = house.db.get<SessionRow>("SELECT * FROM sessions WHERE secret_hash = ? AND revoked_at IS NULL", [
    hashSecret(secret),
  ]);
  const now = house.clock.now();
  if (!row || row.expires_at <= now || row.last_seen_at + IDLE_MS <= now) return undefined;
  if (now - row.last_seen_at > SEEN_EVERY_MS)
    house.db.run("UPDATE sessions SET last_seen_at = ? WHERE id = ?", [now, row.id]);
  return row;
}

/** Live ones, last seen first. */
export function listSessions(house: House, accountId: string): SessionRow[] {
  const now = house.clock.now();
  return house.db.all<SessionRow>(
    `SELECT * FROM sessions WHERE account_id = ? AND revoked_at IS NULL AND expires_at > ? AND last_seen_at > ?
     ORDER BY last_seen_at DESC LIMIT 100`,
    [accountId, now, now - IDLE_MS],
  );
}

/** True for ten minutes after the person behind it signed in or gave the password again. */
export function isConfirmed(house: House, id: string): boolean {
  const row = house.db.get<{ at: number }>("SELECT confirmed_at AS at FROM sessions WHERE id = ?", [id]);
  return row !== undefined && row.at + CONFIRMED_MS > house.clock.now();
}

/**
 * The person proved to be the person: the session goes on under a new secret, so that a copy of its cookie is worth nothing.
 * Null when the session was ended meanwhile.
 */
export function confirmSession(house: House, id: string): string | null {
  const secret = newSecret();
  const changed = house.db.run(
    "UPDATE sessions SET secret_hash = ?, confirmed_at = ? WHERE id = ? AND revoked_at IS NULL",
    [hashSecret(secret), house.clock.now(), id],
  );
  return changed === 1 ? secret : null;
}

/** False when there is no such live session of this account. */
export function revokeSession(house: House, accountId: string, id: string): boolean {
  return (
    house.db.run("UPDATE sessions SET revoked_at = ? WHERE id = ? AND account_id = ? AND revoked_at IS NULL", [
      house.clock.now(),
      id,
      accountId,
    ]) === 1
  );
}

/** Ends every session of the account, but the one named; returns how many ended. */
export function revokeOtherSessions(house: House, accountId: string, keepId: string | null): number {
  return house.db.run(
    "UPDATE sessions SET revoked_at = ? WHERE account_id = ? AND revoked_at IS NULL AND id IS NOT ?",
    [house.clock.now(), accountId, keepId],
  );
}

/** Forgets sessions a month after their end. */
export function pruneSessions(db: Db, now: number): number {
  return db.run(
    "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at < ? OR revoked_at < ? LIMIT 1000)",
    [now - ABSOLUTE_MS, now - ABSOLUTE_MS],
  );
}

/** For streams that outlive the request that opened them. */
export function sessionIsLive(house: House, id: string): boolean {
  const now = house.clock.now();
  return (
    house.db.get("SELECT 1 FROM sessions WHERE id = ? AND revoked_at IS NULL AND expires_at > ? AND last_seen_at > ?", [
      id,
      now,
      now - IDLE_MS,
    ]) !== undefined
  );
}
