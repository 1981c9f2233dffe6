/** Rows as the rooms would have written them: accounts, workspaces, channels and measured media. */
import type { House } from "../../../src/house.ts";
import { newId } from "../../../src/ids.ts";

/** 2026-11-22T12:00:00Z, a Sunday. */
export const NOON = 1_795_348_800_000;

export function addAccount(house: House): string {
  const id = newId();
  house.db.run(
    `INSERT INTO accounts (id, email, email_folded, name, password_hash, time_zone, created_at)
     VALUES (?, ?, ?, 'Ada', 'x', 'Europe/Paris', ?)`,
    [id, `${id}@example.org`, `${id}@example.org`, NOON],
  );
  return id;
}

export function addMember(house: House, workspaceId: string, accountId: string): void {
  house.db.run("INSERT INTO memberships (workspace_id, account_id, role, created_at) VALUES (?, ?, 'owner', ?)", [
    workspaceId,
    accountId,
    NOON,
  ]);
}

export function addWorkspace(house: House): string {
  const id = newId();
  house.db.run("INSERT INTO workspaces (id, name, time_zone, created_at) VALUES (?, 'Studio', 'Europe/Paris', ?)", [
    id,
    NOON,
  ]);
  return id;
}

/** Signed in with a token that no platform knows. */
export function addChannel(house: House, workspaceId: string, platform: string, state: string): string {
  const id = newId();
  const seal = (column: string, text: string): string => house.vault.seal(text, { table: "channels", id, column });
  house.db.run(
    `INSERT INTO channels (id, workspace_id, platform, remote_id, name, handle, extra_sealed, access_token_sealed, state,
       connected_at, created_at)
     VALUES (@id, @workspaceId, @platform, @id, 'Ada', 'ada', @extra, @token, @state, @now, @now)`,
    {
      id,
      workspaceId,
      platform,
      extra: seal("extra_sealed", "{}"),
      token: seal("access_token_sealed", "a token that nobody knows"),
      state,
      now: NOON,
    },
  );
  return id;
}

/** As disconnecting leaves it. */
export function eraseChannel(house: House, id: string): void {
  house.db.run(
    `UPDATE channels SET remote_id = NULL, name = NULL, handle = NULL, access_token_sealed = NULL, extra_sealed = NULL,
       state = 'revoked', disconnected_at = ? WHERE id = ?`,
    [NOON, id],
  );
}

export function addMedia(house: House, workspaceId: string, kind: "image" | "video", state: string): string {
  const id = newId();
  const video = kind === "video";
  house.db.run(
    `INSERT INTO media (id, workspace_id, state, name, sha256, kind, mime, extension, bytes, width, height, duration_ms,
       video_codec, audio_codec, frame_rate, rotation, created_at)
     VALUES (@id, @workspaceId, @state, @name, @id, @kind, @mime, @extension, 1000000, 1080, 1920, @durationMs, @codec, @audio, @rate, 0, @now)`,
    {
      id,
      workspaceId,
      state,
      name: video ? "sea.mp4" : "sea.jpg",
      kind,
      mime: video ? "video/mp4" : "image/jpeg",
      extension: video ? "mp4" : "jpg",
      durationMs: video ? 5000 : null,
      codec: video ? "avc" : null,
      audio: video ? "aac" : null,
      rate: video ? 30 : null,
      now: NOON,
    },
  );
  return id;
}
