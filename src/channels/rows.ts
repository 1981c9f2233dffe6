/** The channels table: rows, sealed tokens and facts, and every change that is made to them. */
import type { ChannelRow } from "../database/index.ts";
import type { House } from "../house.ts";
import { newId } from "../ids.ts";
import type { TokenSet } from "../platforms/contract.ts";
import { plainText } from "../web/index.ts";

/** A row without its picture, which only the picture's own route reads. */
export type Channel = Omit<ChannelRow, "avatar"> & { has_avatar: 0 | 1 };

export interface OpenTokens {
  accessToken: string;
  refreshToken: string | null;
}

export interface Profile {
  name: string;
  handle: string;
  extra: Record<string, string>;
  /** null = keep the picture that is there. */
  avatar: Buffer | null;
}

const COLUMNS = `id, workspace_id, platform, remote_id, name, handle, avatar IS NOT NULL AS has_avatar, scopes, extra_sealed, state,
  state_reason, access_token_sealed, access_expires_at, refresh_token_sealed, refresh_expires_at, connected_at, renewed_at,
  last_success_at, created_at, disconnected_at, receipt`;

/** Code points of a name or handle; platforms allow far fewer. */
const MOST_NAME = 200;
/** The end of the year 9999 (UTC ms): whatever is later, no page and no time zone can write. */
const LAST_MOMENT = 253_402_300_799_999;

export class ChannelRows {
  readonly #house: House;

  constructor(house: House) {
    this.#house = house;
  }

  get(id: string): Channel | undefined {
    return this.#house.db.get<Channel>(`SELECT ${COLUMNS} FROM channels WHERE id = ?`, [id]);
  }

  inWorkspace(workspaceId: string, id: string): Channel | undefined {
    return this.#house.db.get<Channel>(`SELECT ${COLUMNS} FROM channels WHERE id = ? AND workspace_id = ?`, [
      id,
      workspaceId,
    ]);
  }

  connected(workspaceId: string): Channel[] {
    return this.#house.db.all<Channel>(
      `SELECT ${COLUMNS} FROM channels WHERE workspace_id = ? AND disconnected_at IS NULL ORDER BY created_at, id`,
      [workspaceId],
    );
  }

  byRemoteId(workspaceId: string, platform: string, remoteId: string): Channel | undefined {
    return this.#house.db.get<Channel>(
      `SELECT ${COLUMNS} FROM channels WHERE workspace_id = ? AND platform = ? AND remote_id = ? AND disconnected_at IS NULL`,
      [workspaceId, platform, remoteId],
    );
  }

  /** Connected channels of one person at a platform, in every workspace. */
  everywhere(platform: string, remoteId: string): Channel[] {
    return this.#house.db.all<Channel>(
      `SELECT ${COLUMNS} FROM channels WHERE platform = ? AND remote_id = ? AND disconnected_at IS NULL`,
      [platform, remoteId],
    );
  }

  avatar(workspaceId: string, id: string): Buffer | null {
    const row = this.#house.db.get<{ avatar: Buffer | null }>(
      "SELECT avatar FROM channels WHERE id = ? AND workspace_id = ? AND disconnected_at IS NULL",
      [id, workspaceId],
    );
    return row?.avatar ?? null;
  }

  extra(row: Channel): Record<string, string> {
    const text = this.#open(row.id, "extra_sealed", row.extra_sealed);
    return text === null ? {} : (JSON.parse(text) as Record<string, string>);
  }

  /** Null once the tokens are erased. */
  tokens(row: Channel): OpenTokens | null {
    const accessToken = this.#open(row.id, "access_token_sealed", row.access_token_sealed);
    if (accessToken === null) return null;
    return { accessToken, refreshToken: this.#open(row.id, "refresh_token_sealed", row.refresh_token_sealed) };
  }

  /** Channels of the same platform and workspace, this one included, that live on the same tokens. */
  sharing(row: Channel, tokens: OpenTokens): Channel[] {
    return this.connected(row.workspace_id).filter((other) => {
      if (other.id === row.id) return true;
      if (other.platform !== row.platform) return false;
      const held = this.tokens(other);
      return held?.accessToken === tokens.accessToken && held.refreshToken === tokens.refreshToken;
    });
  }

  /** Inserts, or updates the channel that is already connected, in the caller's transaction. Returns its id. */
  put(
    at: { workspaceId: string; platform: string; remoteId: string },
    profile: Profile,
    tokens: TokenSet,
    scopes: readonly string[],
  ): string {
    const { db, clock } = this.#house;
    const now = clock.now();
    let id = this.byRemoteId(at.workspaceId, at.platform, at.remoteId)?.id;
    if (id === undefined) {
      id = newId();
      db.run(
        `INSERT INTO channels (id, workspace_id, platform, remote_id, state, connected_at, created_at)
         VALUES (?, ?, ?, ?, 'ready', ?, ?)`,
        [id, at.workspaceId, at.platform, at.remoteId, now, now],
      );
    }
    this.#forgetOtherWay(id, profile.extra["way"] ?? "");
    this.setProfile(id, profile);
    this.setTokens(id, tokens, scopes);
    db.run("UPDATE channels SET state = 'ready', state_reason = NULL, connected_at = ? WHERE id = ?", [now, id]);
    return id;
  }

  setProfile(id: string, profile: Profile): void {
    this.#house.db.run(
      `UPDATE channels SET name = @name, handle = @handle, extra_sealed = @extra, avatar = COALESCE(@avatar, avatar)
       WHERE id = @id AND disconnected_at IS NULL`,
      {
        id,
        name: plainText(profile.name, MOST_NAME),
        handle: plainText(profile.handle, MOST_NAME),
        extra: this.#seal(id, "extra_sealed", JSON.stringify(profile.extra)),
        avatar: profile.avatar,
      },
    );
  }

  /** A reply that brings no refresh token, end or scopes leaves the stored ones as they are. */
  setTokens(id: string, tokens: TokenSet, scopes: readonly string[] | null): void {
    this.#house.db.run(
      `UPDATE channels SET access_token_sealed = @access, access_expires_at = @accessEnds,
         refresh_token_sealed = COALESCE(@refresh, refresh_token_sealed),
         refresh_expires_at = COALESCE(@refreshEnds, CASE WHEN @refresh IS NULL OR @renewing THEN refresh_expires_at END),
         scopes = COALESCE(@scopes, scopes), renewed_at = @now
       WHERE id = @id AND disconnected_at IS NULL`,
      {
        id,
        access: this.#seal(id, "access_token_sealed", tokens.accessToken),
        accessEnds: storable(tokens.accessExpiresAt),
        refresh: tokens.refreshToken === null ? null : this.#seal(id, "refresh_token_sealed", tokens.refreshToken),
        refreshEnds: storable(tokens.refreshExpiresAt),
        renewing: scopes === null ? 1 : 0,
        scopes: scopes === null ? tokens.scopes && JSON.stringify(tokens.scopes) : JSON.stringify(scopes),
        now: this.#house.clock.now(),
      },
    );
  }

  /** False when it was signed out, or disconnected, before. */
  signOut(id: string, reason: string, state: "signed_out" | "revoked"): boolean {
    return (
      this.#house.db.run(
        "UPDATE channels SET state = ?, state_reason = ? WHERE id = ? AND state = 'ready' AND disconnected_at IS NULL",
        [state, reason, id],
      ) === 1
    );
  }

  /** At most one write a minute. */
  noteSuccess(id: string): void {
    const now = this.#house.clock.now();
    this.#house.db.lightly(() =>
      this.#house.db.run(
        `UPDATE channels SET last_success_at = @now
         WHERE id = @id AND disconnected_at IS NULL AND (last_success_at IS NULL OR last_success_at <= @now - 60000)`,
        { id, now },
      ),
    );
  }

  /** Takes everything that is the person's out of the row; what stays is that there was a channel, and the receipt. */
  erase(id: string, receipt: object): boolean {
    const now = this.#house.clock.now();
    return (
      this.#house.db.run(
        `UPDATE channels SET remote_id = NULL, name = NULL, handle = NULL, avatar = NULL, scopes = '[]', extra_sealed = NULL,
           state = 'revoked', state_reason = NULL, access_token_sealed = NULL, access_expires_at = NULL,
           refresh_token_sealed = NULL, refresh_expires_at = NULL, renewed_at = NULL, last_success_at = NULL,
           disconnected_at = @now, receipt = @receipt
         WHERE id = @id AND disconnected_at IS NULL`,
        { id, now, receipt: JSON.stringify(receipt) },
      ) === 1
    );
  }

  /** A refresh token of another way to sign in would be sent to the wrong place. */
  #forgetOtherWay(id: string, way: string): void {
    const row = this.get(id);
    if (!row || (this.extra(row)["way"] ?? "") === way) return;
    this.#house.db.run("UPDATE channels SET refresh_token_sealed = NULL, refresh_expires_at = NULL WHERE id = ?", [id]);
  }

  #seal(id: string, column: string, text: string): string {
    return this.#house.vault.seal(text, { table: "channels", id, column });
  }

  #open(id: string, column: string, sealed: string | null): string | null {
    return sealed === null ? null : this.#house.vault.open(sealed, { table: "channels", id, column });
  }
}

/** Platforms may say any number; one that cannot be a moment must not cost the tokens that came with it. */
function storable(ends: number | null): number | null {
  return ends !== null && Math.abs(ends) <= LAST_MOMENT ? Math.floor(ends) : null;
}
