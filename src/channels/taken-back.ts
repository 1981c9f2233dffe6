/** What happens when a person takes access back at the vendor, or asks the vendor to have their data erased. */
import { createHmac } from "node:crypto";
import { audit } from "../accounts/index.ts";
import { PlatformError, type TakenBack } from "../platforms/contract.ts";
import type { Room } from "./room.ts";
import type { Channel } from "./rows.ts";
import { signOut } from "./sign-out.ts";

const ASKED = "platform.deletion_asked";
const DONE = "platform.deletion_done";

/** How far an erasure is. Times are UTC ms. */
export interface Erasure {
  askedAt: number;
  doneAt: number | null;
  /** Channels that were erased by it, all times together. */
  channels: number;
}

/** Signs out what lived on that consent and forgets its tokens. Throws PlatformError("rejected") when no vendor signed it. */
export function takeBack(room: Room, platformId: string, signed: string): void {
  const { name, taken } = readTaken(room, platformId, signed);
  const reason = `Postern's access was removed at ${name}. Connect the channel again to go on.`;
  for (const row of concerned(room, taken)) {
    room.house.db.transaction(() => {
      signOut(room, row.id, reason, "revoked");
      room.house.db.run("UPDATE channels SET access_token_sealed = NULL, refresh_token_sealed = NULL WHERE id = ?", [
        row.id,
      ]);
    });
  }
}

/**
 * Erases what is kept of the person, and returns the code under which they can look it up; the same for the same person.
 * Throws PlatformError("rejected") when no vendor signed it.
 */
export async function eraseTaken(
  room: Room,
  platformId: string,
  signed: string,
  erase: (row: Channel) => Promise<unknown>,
): Promise<string> {
  const { taken } = readTaken(room, platformId, signed);
  const code = codeFor(room, taken);
  audit(room.house, { action: ASKED, target: code, facts: { platform: platformId } });
  const rows = concerned(room, taken);
  await Promise.all(rows.map((row) => erase(row)));
  audit(room.house, { action: DONE, target: code, facts: { platform: platformId, channels: rows.length } });
  return code;
}

/** Null for a code that was never given out. */
export function erasureOf(room: Room, code: string): Erasure | null {
  const lines = room.house.db.all<{ action: string; at: number; facts: string }>(
    "SELECT action, at, facts FROM audit_log WHERE target = ? AND action IN (?, ?) ORDER BY at DESC, id DESC LIMIT 100",
    [code, ASKED, DONE],
  );
  const asked = lines.find((line) => line.action === ASKED);
  if (!asked) return null;
  const done = lines.filter((line) => line.action === DONE);
  const channels = done.reduce(
    (sum, line) => sum + Number((JSON.parse(line.facts) as { channels?: number }).channels ?? 0),
    0,
  );
  const doneAt = done[0] && done[0].at >= asked.at ? done[0].at : null;
  return { askedAt: asked.at, doneAt, channels };
}

/** Every secret that the vendor may have signed with: one vendor's platforms have an app each. */
function readTaken(room: Room, platformId: string, signed: string): { name: string; taken: TakenBack } {
  const platform = room.platforms.find((one) => one.id === platformId);
  if (!platform?.takingBack)
    throw new PlatformError("rejected", { code: "no_callback", message: "Nobody calls back here." });
  const secrets = room.platforms
    .filter((one) => one.takingBack === platform.takingBack)
    .flatMap((one) => room.apps.find(one.id)?.clientSecret ?? []);
  return { name: platform.name, taken: platform.takingBack.read(signed, { secrets, now: room.house.clock.now() }) };
}

/** Connected channels that live on that consent; what was connected after it was signed stands. */
function concerned(room: Room, taken: TakenBack): Channel[] {
  const ids = room.house.db.all<{ id: string; platform: string }>(
    "SELECT id, platform FROM channels WHERE disconnected_at IS NULL AND connected_at <= ?",
    // The vendor counts whole seconds.
    [taken.at + 999],
  );
  return ids.flatMap(({ id, platform }) => {
    const takingBack = room.platforms.find((one) => one.id === platform)?.takingBack;
    const row = takingBack && room.rows.get(id);
    if (!row) return [];
    return takingBack.concerns(taken, { remoteId: row.remote_id ?? "", extra: room.rows.extra(row) }) ? [row] : [];
  });
}

/** Says nothing of the person, and nobody can guess it. */
function codeFor(room: Room, { personId, remoteId }: TakenBack): string {
  const key = room.house.vault.derive("deletion");
  return createHmac("sha256", key)
    .update(`${personId ?? ""} ${remoteId ?? ""}`)
    .digest("base64url")
    .slice(0, 24);
}
