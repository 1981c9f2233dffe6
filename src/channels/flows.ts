/** Consent flows under way: one row each, bound to a session and a workspace, used once, forgotten after ten minutes. */
import type { OAuthFlowRow } from "../database/index.ts";
import type { House } from "../house.ts";
import { hashSecret, newId } from "../ids.ts";
import { newState, newVerifier } from "../oauth/index.ts";
import type { Destination, TokenSet } from "../platforms/contract.ts";
import { Refusal } from "../web/index.ts";

const LIFE_MS = 10 * 60_000;
/** More consents begun by one session within ten minutes are not a person's. */
const MOST_OPEN = 30;

/** Who is signing a channel in. */
export interface Whose {
  sessionId: string;
  workspaceId: string;
}

export interface Flow {
  id: string;
  workspaceId: string;
  platform: string;
  way: string;
  /** The channel that is to be signed in again; null = whatever comes. */
  channelId: string | null;
  redirectUri: string;
  verifier: string;
}

export interface FoundDestination extends Omit<Destination, "avatarUrl"> {
  /** Picture as base64 WebP. */
  avatar: string | null;
}

/** What consent brought, sealed while the person chooses. */
export interface Found {
  platform: string;
  way: string;
  tokens: TokenSet;
  scopes: string[];
  destinations: FoundDestination[];
}

export class Flows {
  readonly #house: House;

  constructor(house: House) {
    this.#house = house;
  }

  /** Returns the state and verifier for the consent address. Throws a 429 Refusal when this session begins too many. */
  begin(
    whose: Whose,
    facts: { platform: string; way: string; channelId: string | null; redirectUri: string },
  ): { state: string; verifier: string } {
    const { db, clock, vault } = this.#house;
    const now = clock.now();
    this.#refuseMany(whose, now);
    const id = newId();
    const state = newState();
    const verifier = newVerifier();
    const sealed = JSON.stringify({ verifier, redirectUri: facts.redirectUri, way: facts.way });
    db.run(
      `INSERT INTO oauth_flows (id, state_hash, session_id, workspace_id, platform, channel_id, verifier_sealed, created_at, expires_at)
       VALUES (@id, @stateHash, @sessionId, @workspaceId, @platform, @channelId, @sealed, @now, @expiresAt)`,
      {
        id,
        stateHash: hashSecret(state),
        ...whose,
        platform: facts.platform,
        channelId: facts.channelId,
        sealed: vault.seal(sealed, { table: "oauth_flows", id, column: "verifier_sealed" }),
        now,
        expiresAt: now + LIFE_MS,
      },
    );
    return { state, verifier };
  }

  /**
   * Takes a flow for good, before anything is sent to the platform: a second callback with the same state finds it used.
   * "unknown" also stands for somebody else's session, another platform, and too late.
   */
  consume(state: string, whose: Whose, platform: string): Flow | "used" | "unknown" {
    const { db, clock } = this.#house;
    const at = { stateHash: hashSecret(state), ...whose, platform, now: clock.now() };
    const mine =
      "state_hash = @stateHash AND session_id = @sessionId AND workspace_id = @workspaceId AND platform = @platform";
    const taken = db.run(
      `UPDATE oauth_flows SET used_at = @now WHERE ${mine} AND used_at IS NULL AND expires_at > @now`,
      at,
    );
    const row = db.get<OAuthFlowRow>(`SELECT * FROM oauth_flows WHERE ${mine} AND expires_at > @now`, at);
    if (!row) return "unknown";
    return taken === 1 ? this.#flowOf(row) : "used";
  }

  keep(flowId: string, found: Found): void {
    const sealed = this.#house.vault.seal(JSON.stringify(found), this.#foundAt(flowId));
    this.#house.db.run("UPDATE oauth_flows SET found_sealed = ? WHERE id = ?", [sealed, flowId]);
  }

  /** What a consent found, as long as nothing was chosen and ten minutes are not over; null otherwise and for strangers. */
  found(flowId: string, whose: Whose): Found | null {
    const row = this.#house.db.get<{ found_sealed: string }>(
      `SELECT found_sealed FROM oauth_flows WHERE id = @flowId AND session_id = @sessionId AND workspace_id = @workspaceId
         AND found_sealed IS NOT NULL AND expires_at > @now`,
      { flowId, ...whose, now: this.#house.clock.now() },
    );
    return row ? (JSON.parse(this.#house.vault.open(row.found_sealed, this.#foundAt(flowId))) as Found) : null;
  }

  forget(flowId: string): void {
    this.#house.db.run("DELETE FROM oauth_flows WHERE id = ?", [flowId]);
  }

  sweep(): void {
    this.#house.db.run("DELETE FROM oauth_flows WHERE expires_at <= ?", [this.#house.clock.now()]);
  }

  #flowOf(row: OAuthFlowRow): Flow {
    const at = { table: "oauth_flows", id: row.id, column: "verifier_sealed" };
    const sealed = JSON.parse(this.#house.vault.open(row.verifier_sealed, at)) as Pick<
      Flow,
      "verifier" | "redirectUri" | "way"
    >;
    return { id: row.id, workspaceId: row.workspace_id, platform: row.platform, channelId: row.channel_id, ...sealed };
  }

  #foundAt(flowId: string): { table: string; id: string; column: string } {
    return { table: "oauth_flows", id: flowId, column: "found_sealed" };
  }

  #refuseMany(whose: Whose, now: number): void {
    const row = this.#house.db.get<{ n: number }>(
      "SELECT COUNT(*) AS n FROM oauth_flows WHERE session_id = ? AND created_at > ?",
      [whose.sessionId, now - LIFE_MS],
    );
    if ((row?.n ?? 0) < MOST_OPEN) return;
    throw new Refusal(
      429,
      {
        title: "Please wait a little",
        message: "Too many sign-ins were begun within ten minutes. Nothing was changed.",
        next: "Try again in ten minutes.",
      },
      LIFE_MS / 1000,
    );
  }
}
