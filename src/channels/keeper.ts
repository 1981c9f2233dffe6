/** Keeps channels signed in: hands out tokens, renews them one at a time per grant, and signs out only on a definite refusal. */
import { hashSecret } from "../ids.ts";
import { renewTokens, type OAuthClient } from "../oauth/index.ts";
import type { OutboundRequest } from "../outbound/index.ts";
import { PlatformError, type OAuthProfile, type Platform, type Session, type TokenSet } from "../platforms/contract.ts";
import type { AppCredentials } from "./apps.ts";
import { platformIn, wayOf, type Room } from "./room.ts";
import type { Channel, OpenTokens } from "./rows.ts";
import { makeSession, networkFault } from "./session.ts";
import { signOut } from "./sign-out.ts";

/** A token with less than this left is renewed before use. */
const RENEW_BELOW_MS = 5 * 60_000;
/** When renewing fails on the way, a token with this much left is still used. */
const STILL_GOOD_MS = 60_000;

export class Keeper {
  readonly #room: Room;
  readonly #flights = new Map<string, Promise<void>>();

  constructor(room: Room) {
    this.#room = room;
  }

  /** A session for a connected channel; `evenSignedOut` for withdrawing a grant that may be dead. Renews nothing by itself. */
  session(row: Channel, options: { signal?: AbortSignal | undefined; evenSignedOut?: boolean } = {}): Session {
    const platform = platformIn(this.#room, row.platform);
    const extra = this.#room.rows.extra(row);
    return makeSession({
      house: this.#room.house,
      rates: this.#room.rates,
      platform,
      app: this.#app(platform, extra),
      countedAs: row.id,
      about: {
        remoteId: row.remote_id ?? "",
        handle: row.handle ?? "",
        scopes: JSON.parse(row.scopes) as string[],
        extra,
      },
      signal: options.signal,
      source: {
        token: () => orAborted(this.token(row.id, options.evenSignedOut), options.signal),
        renew: (used) => orAborted(this.#renewUnless(row.id, used), options.signal),
        succeeded: () => this.#room.rows.noteSuccess(row.id),
      },
    });
  }

  /** An access token with minutes to live. Throws PlatformError: signed_out, or transient when it could not be renewed now. */
  async token(id: string, evenSignedOut = false): Promise<string> {
    const { row, tokens } = this.#open(id, evenSignedOut);
    const left = row.access_expires_at === null ? Infinity : row.access_expires_at - this.#room.house.clock.now();
    if (left >= RENEW_BELOW_MS) return tokens.accessToken;
    if (!this.canRenew(row)) {
      if (left > 0) return tokens.accessToken;
      throw this.#ended(row);
    }
    try {
      await this.renew(id);
    } catch (error) {
      if (error instanceof PlatformError && error.kind !== "signed_out" && left > STILL_GOOD_MS)
        return tokens.accessToken;
      throw error;
    }
    return this.#open(id, evenSignedOut).tokens.accessToken;
  }

  /** Whether the sign-in goes on without the person when the access token runs out: some tokens are renewed with themselves. */
  canRenew(row: Channel): boolean {
    if (row.refresh_token_sealed !== null) return true;
    const platform = platformIn(this.#room, row.platform);
    return wayOf(platform, this.#room.rows.extra(row)["way"] ?? "").oauth.renew !== undefined;
  }

  /** Renews now; callers at the same time share one request. Throws PlatformError. */
  renew(id: string): Promise<void> {
    const { row, tokens } = this.#open(id, true);
    const key = hashSecret(`${tokens.accessToken} ${tokens.refreshToken ?? ""}`);
    let flight = this.#flights.get(key);
    if (!flight) {
      flight = this.#renew(row, tokens).finally(() => this.#flights.delete(key));
      this.#flights.set(key, flight);
    }
    return flight;
  }

  async #renewUnless(id: string, used: string | null): Promise<void> {
    const { row, tokens } = this.#open(id, true);
    if (used !== null && tokens.accessToken !== used) return;
    if (!this.canRenew(row)) throw this.#ended(row);
    await this.renew(id);
  }

  async #renew(row: Channel, tokens: OpenTokens): Promise<void> {
    const { house, rows } = this.#room;
    const platform = platformIn(this.#room, row.platform);
    const extra = rows.extra(row);
    const sharing = rows.sharing(row, tokens).map((one) => one.id);
    try {
      const next = await this.#ask(platform, wayOf(platform, extra["way"] ?? "").oauth, row, tokens);
      house.db.transaction(() => {
        for (const id of sharing) if (this.#holds(id, tokens)) rows.setTokens(id, next, null);
      });
    } catch (error) {
      if (error instanceof PlatformError && error.kind === "signed_out") {
        const reason = `${error.message} ${error.remedy}`.trim();
        for (const id of sharing) if (this.#holds(id, tokens)) signOut(this.#room, id, reason);
      }
      throw error;
    }
  }

  async #ask(platform: Platform, profile: OAuthProfile, row: Channel, tokens: OpenTokens): Promise<TokenSet> {
    const { house, rates, rows } = this.#room;
    const extra = rows.extra(row);
    const app = this.#app(platform, extra);
    const client: OAuthClient = { ...oauthClient(this.#room, platform, app), redirectUri: "" };
    // Some vendors renew by an ordinary call: it goes out with the token at hand and renews nothing itself.
    const session = makeSession({
      house,
      rates,
      platform,
      app,
      countedAs: row.id,
      about: {
        remoteId: row.remote_id ?? "",
        handle: row.handle ?? "",
        scopes: JSON.parse(row.scopes) as string[],
        extra,
      },
      source: {
        token: async () => tokens.accessToken,
        renew: async () => undefined,
        succeeded: () => undefined,
      },
    });
    return renewTokens(profile, client, tokens, session);
  }

  /** Whether the channel still lives on these tokens: it may have been connected anew, or disconnected, meanwhile. */
  #holds(id: string, tokens: OpenTokens): boolean {
    const row = this.#room.rows.get(id);
    const held = row && this.#room.rows.tokens(row);
    return held?.accessToken === tokens.accessToken && held.refreshToken === tokens.refreshToken;
  }

  #open(id: string, evenSignedOut = false): { row: Channel; tokens: OpenTokens } {
    const row = this.#room.rows.get(id);
    if (!row || row.disconnected_at !== null) throw gone();
    if (row.state !== "ready" && !evenSignedOut) throw signedOutBefore(platformIn(this.#room, row.platform), row);
    const tokens = this.#room.rows.tokens(row);
    if (!tokens) throw gone();
    return { row, tokens };
  }

  #app(platform: Platform, extra: Record<string, string>): AppCredentials {
    const app = this.#room.apps.find(wayOf(platform, extra["way"] ?? "").app);
    if (app) return app;
    throw new PlatformError("rejected", {
      code: "not_configured",
      message: `This install has no app at ${platform.name} any more.`,
      remedy: "The owner enters its client id and secret under Platforms.",
      sent: false,
    });
  }

  /** The token is dead and there is nothing to renew it with. */
  #ended(row: Channel): PlatformError {
    const platform = platformIn(this.#room, row.platform);
    const message = `${platform.name} no longer accepts this sign-in, and it cannot be renewed.`;
    signOut(this.#room, row.id, `${message} Reconnect it under Channels.`);
    return new PlatformError("signed_out", {
      code: "expired",
      message,
      remedy: "Reconnect it under Channels.",
      sent: false,
    });
  }
}

/** The way to a platform's token address, without a token of its own. */
export function oauthClient(room: Room, platform: Platform, app: AppCredentials): Omit<OAuthClient, "redirectUri"> {
  const send = async (request: OutboundRequest) => {
    try {
      return await room.house.outbound.platform(request);
    } catch (error) {
      throw networkFault(platform, error);
    }
  };
  return {
    clientId: app.clientId,
    clientSecret: app.clientSecret,
    now: () => room.house.clock.now(),
    post: (url, form) => send({ method: "POST", url, form }),
    get: (url, query) => send({ method: "GET", url, query }),
  };
}

/** Waits no longer than its caller does; the shared work goes on. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise<T>((resolve, reject) => {
    const stop = (): void =>
      reject(new PlatformError("transient", { code: "aborted", message: "The request was called off.", sent: false }));
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

function gone(): PlatformError {
  return new PlatformError("signed_out", {
    code: "disconnected",
    message: "This channel was disconnected.",
    remedy: "Choose another channel, or connect it again under Channels.",
    sent: false,
  });
}

function signedOutBefore(platform: Platform, row: Channel): PlatformError {
  return new PlatformError("signed_out", {
    code: row.state,
    message: row.state_reason ?? `${platform.name} has signed this channel out.`,
    remedy: "Reconnect it under Channels.",
    sent: false,
  });
}
