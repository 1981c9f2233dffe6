/** API keys: shown once, stored as a hash, belonging to one account and one workspace. */
import type { ApiKeyRow } from "../database/index.ts";
import type { House } from "../house.ts";
import { hashSecret, newId, newSecret } from "../ids.ts";

export type ApiScope = "read" | "write";

export interface ApiKey {
  id: string;
  accountId: string;
  workspaceId: string;
  scopes: ApiScope[];
}

const PREFIX = "pst_";
const SEEN_EVERY_MS = 60_000;
const LIFE_MS = 365 * 24 * 3600_000;

/** Returns the secret, which cannot be read again. It works for a year. */
export function createApiKey(
  house: House,
  key: { accountId: string; workspaceId: string; name: string; scopes: readonly ApiScope[] },
): { id: string; secret: string } {
  const random = newSecret();
  const secret = `${PREFIX}${random}${hashSecret(random).slice(0, 6)}`;
  const id = newId();
  const now = house.clock.now();
  house.db.run(
    `INSERT INTO api_keys (id, account_id, workspace_id, name, hint, secret_hash, scopes, created_at, expires_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      id,
      key.accountId,
      key.workspaceId,
      key.name,
      secret.slice(0, 8),
      hashSecret(secret),
      JSON.stringify(key.scopes),
      now,
      now + LIFE_MS,
    ],
  );
  return { id, secret };
}

/** null for anything that is no live key. A mistyped key is told by its checksum, without a look at the table. */
export function findApiKey(house: House, secret: string): ApiKey | null {
  const random = secret.slice(PREFIX.length, -6);
  if (!secret.startsWith(PREFIX) || hashSecret(random).slice(0, 6) !== secret.slice(-6)) return null;
  const now = house.clock.now();
  const row = house.db.get<ApiKeyRow>(
    `SELECT k.* FROM api_keys k JOIN memberships m ON m.account_id = k.account_id AND m.workspace_id = k.workspace_id
     WHERE k.secret_hash = ? AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ?)`,
    [hashSecret(secret), now],
  );
  if (!row) return null;
  if (now - (row.last_used_at ?? 0) > SEEN_EVERY_MS)
    house.db.run("UPDATE api_keys SET last_used_at = ? WHERE id = ?", [now, row.id]);
  return {
    id: row.id,
    accountId: row.account_id,
    workspaceId: row.workspace_id,
    scopes: JSON.parse(row.scopes) as ApiScope[],
  };
}

export function listApiKeys(house: House, workspaceId: string, accountId: string): ApiKeyRow[] {
  return house.db.all<ApiKeyRow>(
    `SELECT * FROM api_keys WHERE workspace_id = ? AND account_id = ? AND revoked_at IS NULL
       AND (expires_at IS NULL OR expires_at > ?) ORDER BY created_at DESC LIMIT 100`,
    [workspaceId, accountId, house.clock.now()],
  );
}

/** False when there is no such live key of this account. */
export function revokeApiKey(house: House, workspaceId: string, accountId: string, id: string): boolean {
  return (
    house.db.run(
      "UPDATE api_keys SET revoked_at = ? WHERE id = ? AND workspace_id = ? AND account_id = ? AND revoked_at IS NULL",
      [house.clock.now(), id, workspaceId, accountId],
    ) === 1
  );
}
