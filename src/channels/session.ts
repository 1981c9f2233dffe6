/** Builds the signed-in side of a channel that platform modules work with. */
import type { House } from "../house.ts";
import type { OutboundReply } from "../outbound/index.ts";
import { OutboundError } from "../outbound/index.ts";
import { PlatformError, type Platform, type PlatformRequest, type Session } from "../platforms/contract.ts";
import type { AppCredentials } from "./apps.ts";
import type { RateWindows } from "./rates.ts";

/** Where a session's tokens come from: the channel's row, or the consent that is being finished. */
export interface TokenSource {
  /** A token with minutes to live. Throws PlatformError. */
  token(): Promise<string>;
  /** Puts another token in the place of `used`; nothing to do where that has happened already. */
  renew(used: string | null): Promise<void>;
  /** A request was answered with 2xx. */
  succeeded(): void;
}

export interface SessionFacts {
  house: House;
  rates: RateWindows;
  platform: Platform;
  app: AppCredentials;
  /** Under which requests are counted per channel. */
  countedAs: string;
  source: TokenSource;
  about: Pick<Session, "remoteId" | "handle" | "scopes" | "extra">;
  signal?: AbortSignal | undefined;
}

export function makeSession(facts: SessionFacts): Session {
  const { house, source } = facts;
  let used: string | null = null;
  const token = async (): Promise<string> => (used = await beforeSending(source.token()));
  return {
    ...facts.about,
    app: { clientId: facts.app.clientId, clientSecret: facts.app.clientSecret },
    now: () => house.clock.now(),
    accessToken: token,
    renew: () => beforeSending(source.renew(used)),
    async request(request) {
      try {
        const headers: Record<string, string> =
          request.auth === "none" ? {} : { authorization: `Bearer ${await token()}` };
        const reply = await send(facts, { ...request, headers: { ...headers, ...request.headers } });
        if (reply.status >= 200 && reply.status < 300) source.succeeded();
        return reply;
      } catch (error) {
        request.stream?.body.destroy();
        throw error;
      }
    },
  };
}

async function send(facts: SessionFacts, request: PlatformRequest): Promise<OutboundReply> {
  const giveBack = facts.rates.take(facts.platform, facts.countedAs, request);
  const signals = [facts.signal, request.signal].filter((signal) => signal !== undefined);
  try {
    return await facts.house.outbound.platform({
      ...request,
      ...(signals.length ? { signal: AbortSignal.any(signals) } : {}),
    });
  } catch (error) {
    if (error instanceof OutboundError && !error.sent) giveBack();
    throw networkFault(facts.platform, error);
  }
}

/** What never got a whole reply, as the contract wants it told; anything else as it is. */
export function networkFault(platform: Pick<Platform, "name">, error: unknown): unknown {
  if (!(error instanceof OutboundError)) return error;
  return new PlatformError("transient", {
    code: "network",
    message: `${platform.name} could not be reached: ${lowerFirst(error.message)}`,
    remedy: "Nothing to do; Postern tries again.",
    sent: error.sent,
    cause: error,
  });
}

/** Whatever goes wrong while a token is fetched, the request it was for was not sent. */
async function beforeSending<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    const { kind, code, message, remedy, until, cause } = error;
    throw new PlatformError(kind, { code, message, remedy, sent: false, cause, ...(until === null ? {} : { until }) });
  }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
