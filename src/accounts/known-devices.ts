/** Browsers that signed in before: a cookie of their own gives each a count of its own, so that strangers cannot make its owner wait. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { House } from "../house.ts";
import { hashSecret, newId, newSecret } from "../ids.ts";

/** Browsers keep no cookie longer. */
const LIFE_S = 400 * 24 * 3600;
const MOST_PER_ACCOUNT = 20;

/** The id of this browser for this account; undefined when it never signed in to it, or so long ago that it was forgotten. */
export function knownDevice(house: House, request: FastifyRequest, accountId: string): string | undefined {
  const secret = request.cookies[cookieName(house)];
  if (!secret) return undefined;
  return house.db.get<{ id: string }>(
    "SELECT id FROM devices WHERE secret_hash = ? AND account_id = ? AND expires_at > ?",
    [hashSecret(secret), accountId, house.clock.now()],
  )?.id;
}

/**
 * Call after a right password. The cookie gets a new secret each time, which all accounts of this browser move to: one that
 * was planted before the sign-in is worth nothing after it.
 */
export function rememberDevice(house: House, request: FastifyRequest, reply: FastifyReply, accountId: string): void {
  const secret = newSecret();
  const now = house.clock.now();
  const former = request.cookies[cookieName(house)] ?? "";
  house.db.transaction(() => {
    house.db.run("UPDATE devices SET secret_hash = ? WHERE secret_hash = ?", [hashSecret(secret), hashSecret(former)]);
    house.db.run(
      `INSERT INTO devices (id, secret_hash, account_id, last_used_at, expires_at) VALUES (@id, @hash, @accountId, @now, @end)
       ON CONFLICT (secret_hash, account_id) DO UPDATE SET last_used_at = @now, expires_at = @end`,
      { id: newId(), hash: hashSecret(secret), accountId, now, end: now + LIFE_S * 1000 },
    );
    house.db.run(
      `DELETE FROM devices WHERE account_id = @accountId AND id NOT IN
         (SELECT id FROM devices WHERE account_id = @accountId ORDER BY last_used_at DESC, id DESC LIMIT ${MOST_PER_ACCOUNT})`,
      { accountId },
    );
  });
  reply.setCookie(cookieName(house), secret, {
    path: "/",
    httpOnly: true,
    secure: isHttps(house),
    sameSite: "lax",
    maxAge: LIFE_S,
  });
}

/** For a changed password: whoever knew the former one is a stranger again. */
export function forgetDevices(house: House, accountId: string): void {
  house.db.run("DELETE FROM devices WHERE account_id = ?", [accountId]);
}

/** Forgets browsers that have not come back, a bounded number at a time. */
export function pruneDevices(house: House): number {
  return house.db.run("DELETE FROM devices WHERE id IN (SELECT id FROM devices WHERE expires_at <= ? LIMIT 1000)", [
    house.clock.now(),
  ]);
}

function cookieName(house: House): string {
  return isHttps(house) ? "__Host-dev" : "dev";
}

function isHttps(house: House): boolean {
  return house.publicUrl.startsWith("https:");
}
