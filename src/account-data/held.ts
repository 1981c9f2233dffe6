/** Everything that is held on an account and its workspaces, as lists of plain objects, a bounded number at a time; never a secret. */
import type { House } from "../house.ts";

/** At most so many things stand in one file of an export. */
export const PAGE = 500;

export interface Holding {
  id: string;
  name: string;
  role: "owner" | "member";
}

/** The account's workspaces, in the order in which it joined them. */
export function workspacesOf(house: House, accountId: string): Holding[] {
  return house.db.all<Holding>(
    `SELECT workspaces.id AS id, workspaces.name AS name, memberships.role AS role
     FROM memberships JOIN workspaces ON workspaces.id = memberships.workspace_id
     WHERE memberships.account_id = ? ORDER BY memberships.created_at, workspaces.id`,
    [accountId],
  );
}

/** The account itself, where it is signed in and the keys it made: devices, times and names, no secret and no hash of one. */
export function accountItself(house: House, accountId: string): Record<string, unknown> {
  const { db } = house;
  return {
    account: db.get(
      `SELECT accounts.id, accounts.name, accounts.email, accounts.time_zone AS timeZone, accounts.is_owner AS ownsInstall, accounts.created_at AS createdAt
       FROM accounts WHERE accounts.id = ?`,
      [accountId],
    ),
    workspaces: db.all(
      `SELECT workspaces.id, workspaces.name, memberships.role, workspaces.time_zone AS timeZone, workspaces.missed_grace_ms AS missedGraceMs,
         workspaces.created_at AS createdAt, memberships.created_at AS joinedAt
       FROM memberships JOIN workspaces ON workspaces.id = memberships.workspace_id
       WHERE memberships.account_id = ? ORDER BY memberships.created_at`,
      [accountId],
    ),
    sessions: db.all(
      `SELECT sessions.device, sessions.address, sessions.created_at AS beganAt, sessions.last_seen_at AS lastSeenAt, sessions.revoked_at AS endedAt
       FROM sessions WHERE sessions.account_id = ? ORDER BY sessions.created_at`,
      [accountId],
    ),
    browsers: db.all(
      `SELECT devices.last_used_at AS lastUsedAt, devices.expires_at AS forgottenAt FROM devices
       WHERE devices.account_id = ? ORDER BY devices.last_used_at`,
      [accountId],
    ),
    apiKeys: db.all(
      `SELECT api_keys.name, api_keys.scopes, api_keys.created_at AS createdAt, api_keys.last_used_at AS lastUsedAt, api_keys.revoked_at AS revokedAt
       FROM api_keys WHERE api_keys.account_id = ? ORDER BY api_keys.created_at`,
      [accountId],
    ),
    invites: db.all(
      `SELECT invites.note, invites.created_at AS createdAt, invites.expires_at AS expiresAt, invites.used_at AS usedAt
       FROM invites WHERE invites.created_by = ? ORDER BY invites.created_at`,
      [accountId],
    ),
  };
}

/** Channels with what the platform told of them; tokens and sealed facts stay where they are. */
export function channelsOf(house: House, workspaceId: string): Array<Record<string, unknown>> {
  return house.db.all<Record<string, unknown>>(
    `SELECT channels.id, channels.platform, channels.remote_id AS remoteId, channels.name, channels.handle, channels.state, channels.scopes,
       channels.connected_at AS connectedAt, channels.renewed_at AS renewedAt, channels.last_success_at AS lastSuccessAt,
       channels.disconnected_at AS disconnectedAt, channels.receipt, channels.avatar IS NOT NULL AS picture
     FROM channels WHERE channels.workspace_id = ? ORDER BY channels.id`,
    [workspaceId],
  );
}

/** The picture of a channel, WebP; null where there is none. */
export function pictureOf(house: House, channelId: string): Buffer | null {
  return (
    house.db.get<{ avatar: Buffer | null }>("SELECT channels.avatar FROM channels WHERE channels.id = ?", [channelId])
      ?.avatar ?? null
  );
}

export interface HeldMedia {
  id: string;
  sha256: string | null;
  extension: string | null;
  bytes: number | null;
  state: string;
  sourceUrl: string | null;
  [fact: string]: unknown;
}

/** Pages of the library, oldest first. An address that a file came from is kept without its query, which may hold a key. */
export function* mediaOf(house: House, workspaceId: string): Generator<HeldMedia[]> {
  const pages = pagesOf<HeldMedia>(
    house,
    `SELECT media.id, media.state, media.problem, media.name, media.title, media.alt_text AS altText, media.labels, media.source_url AS sourceUrl,
       media.sha256, media.kind, media.mime, media.extension, media.bytes, media.width, media.height, media.duration_ms AS durationMs,
       media.video_codec AS videoCodec, media.audio_codec AS audioCodec, media.frame_rate AS frameRate, media.rotation, media.created_at AS createdAt
     FROM media WHERE media.workspace_id = @workspaceId AND media.id > @after ORDER BY media.id LIMIT @limit`,
    workspaceId,
  );
  for (const page of pages) yield page.map((one) => ({ ...one, sourceUrl: one.sourceUrl?.split("?")[0] ?? null }));
}

/** Pages of posts, oldest first, each with its version per channel and its publications with their timeline. */
export function* postsOf(house: House, workspaceId: string): Generator<Array<Record<string, unknown>>> {
  const pages = pagesOf<{ id: string }>(
    house,
    `SELECT posts.id, posts.text, posts.media, posts.state, posts.scheduled_at AS scheduledAt, posts.wall_time AS wallTime, posts.time_zone AS timeZone,
       posts.created_by AS createdBy, posts.created_at AS createdAt, posts.updated_at AS updatedAt
     FROM posts WHERE posts.workspace_id = @workspaceId AND posts.id > @after ORDER BY posts.id LIMIT @limit`,
    workspaceId,
  );
  for (const page of pages) yield page.map((post) => ({ ...post, ...partsOf(house, post.id) }));
}

function partsOf(house: House, postId: string): Record<string, unknown> {
  const publications = house.db.all<{ id: string }>(
    `SELECT publications.id, publications.channel_id AS channelId, publications.platform, publications.state, publications.due_at AS dueAt,
       publications.started_at AS startedAt, publications.published_at AS publishedAt, publications.attempt, publications.remote_id AS remoteId,
       publications.url, publications.problem, publications.created_at AS createdAt, publications.updated_at AS updatedAt
     FROM publications WHERE publications.post_id = ? ORDER BY publications.id`,
    [postId],
  );
  return {
    channels: house.db.all(
      `SELECT post_channels.channel_id AS channelId, post_channels.text, post_channels.media, post_channels.options
       FROM post_channels WHERE post_channels.post_id = ? ORDER BY post_channels.position`,
      [postId],
    ),
    publications: publications.map((one) => ({
      ...one,
      timeline: house.db.all(
        `SELECT publication_events.at, publication_events.event, publication_events.detail FROM publication_events
         WHERE publication_events.publication_id = ? ORDER BY publication_events.id`,
        [one.id],
      ),
    })),
  };
}

/** Pages of what was written down of the account, and of the workspaces it owns. */
export function* auditOf(house: House, accountId: string, owned: readonly string[]): Generator<unknown[]> {
  for (let after = 0; ;) {
    const page = house.db.all<{ id: number }>(
      `SELECT audit_log.id, audit_log.at, audit_log.action, audit_log.target, audit_log.outcome, audit_log.facts, audit_log.workspace_id AS workspaceId
       FROM audit_log WHERE (audit_log.account_id = @accountId OR audit_log.workspace_id IN (SELECT value FROM json_each(@owned)))
         AND audit_log.id > @after ORDER BY audit_log.id LIMIT @limit`,
      { accountId, owned: JSON.stringify(owned), after, limit: PAGE },
    );
    if (page.length === 0) return;
    after = page.at(-1)!.id;
    yield page;
  }
}

function* pagesOf<Row extends { id: string }>(house: House, sql: string, workspaceId: string): Generator<Row[]> {
  for (let after = ""; ;) {
    const page = house.db.all<Row>(sql, { workspaceId, after, limit: PAGE });
    if (page.length === 0) return;
    after = page.at(-1)!.id;
    yield page;
  }
}
