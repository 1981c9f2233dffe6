/** Invites by link: single use, seven days, stored as a hash. */
import type { InviteRow } from "../database/index.ts";
import type { House } from "../house.ts";
import { hashSecret, newId, newSecret } from "../ids.ts";

const LIFE_MS = 7 * 24 * 3600_000;

/** Returns the secret that goes into the link; it cannot be read again. */
export function createInvite(house: House, createdBy: string, note: string): string {
  const secret = newSecret();
  const now = house.clock.now();
  house.db.run(
    "INSERT INTO invites (id, token_hash, created_by, note, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
    [newId(), hashSecret(secret), createdBy, note, now, now + LIFE_MS],
  );
  return secret;
}

export function inviteIsOpen(house: House, secret: string): boolean {
  return (
    house.db.get("SELECT 1 FROM invites WHERE token_hash = ? AND used_at IS NULL AND expires_at > ?", [
      hashSecret(secret),
      house.clock.now(),
    ]) !== undefined
  );
}

/** Uses the invite up; false when it was used, has expired or never was. Call inside the transaction that makes the account. */
export function useInvite(house: House, secret: string): boolean {
  const now = house.clock.now();
  return (
    house.db.run("UPDATE invites SET used_at = ? WHERE token_hash = ? AND used_at IS NULL AND expires_at > ?", [
      now,
      hashSecret(secret),
      now,
    ]) === 1
  );
}

export function listInvites(house: House): InviteRow[] {
  return house.db.all<InviteRow>(
    "SELECT * FROM invites WHERE used_at IS NULL AND expires_at > ? ORDER BY created_at DESC LIMIT 100",
    [house.clock.now()],
  );
}

export function withdrawInvite(house: House, id: string): boolean {
  return house.db.run("DELETE FROM invites WHERE id = ? AND used_at IS NULL", [id]) === 1;
}
