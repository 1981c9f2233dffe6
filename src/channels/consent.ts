/** After consent: trades the code, checks what was granted, and looks up what can be connected. */
import { tradeCode } from "../oauth/index.ts";
import { PlatformError, type Platform, type Session, type TokenSet } from "../platforms/contract.ts";
import type { AppCredentials } from "./apps.ts";
import { fetchAvatar } from "./avatars.ts";
import type { Flow, Found } from "./flows.ts";
import { oauthClient } from "./keeper.ts";
import { platformIn, wayOf, type Room, type Way } from "./room.ts";
import { makeSession } from "./session.ts";

/** Why a consent led to no channel, in plain words for the person who gave it. */
export class ConsentProblem extends Error {
  readonly tone: "plain" | "waiting" | "broken";

  constructor(message: string, tone: "plain" | "waiting" | "broken" = "broken") {
    super(message);
    this.name = "ConsentProblem";
    this.tone = tone;
  }
}

/** More destinations than this are listed without their pictures. */
const MOST_PICTURES = 30;

/** Throws ConsentProblem; PlatformError as the platform's module does. Nothing is stored here. */
export async function finishConsent(room: Room, flow: Flow, query: Readonly<Record<string, string>>): Promise<Found> {
  const platform = platformIn(room, flow.platform);
  const way = wayOf(platform, flow.way);
  const app = room.apps.find(way.app);
  if (!app) throw new ConsentProblem(`This install has no app at ${platform.name} any more, so nothing was connected.`);
  const client = { ...oauthClient(room, platform, app), redirectUri: flow.redirectUri };
  const first = await trade(platform, () =>
    tradeCode(way.oauth, client, { code: query["code"] ?? "", verifier: flow.verifier }),
  );
  const asked = way.oauth.scopes.map((scope) => scope.id);
  const said = first.scopes ?? way.oauth.callbackScopes?.(query) ?? null;
  const session = consentSession(room, platform, way, app, first, said ?? asked);
  const tokens = way.oauth.afterExchange ? await way.oauth.afterExchange(first, session) : first;
  // Some vendors say what was really granted only after the second trade.
  const scopes = tokens.scopes ?? said ?? asked;
  refuseMissing(platform, way, scopes);
  return lookUp(room, platform, way, tokens, scopes, consentSession(room, platform, way, app, tokens, scopes));
}

async function lookUp(
  room: Room,
  platform: Platform,
  way: Way,
  tokens: TokenSet,
  scopes: string[],
  session: Session,
): Promise<Found> {
  const found = await platform.destinations(session);
  if (found.length === 0) {
    throw new ConsentProblem(
      `There is nothing to connect behind this ${platform.name} sign-in. Nothing was changed. Connect again and choose another account or page there.`,
    );
  }
  const [first] = found;
  if (first && found.every((one) => one.barred !== undefined)) {
    throw new ConsentProblem(
      `${first.name} cannot be connected. ${first.barred ?? ""} Nothing was changed.`,
      "waiting",
    );
  }
  const destinations = await Promise.all(
    found.map(async ({ avatarUrl, ...destination }, index) => {
      const avatar = index < MOST_PICTURES ? await fetchAvatar(room.house, avatarUrl) : null;
      return { ...destination, avatar: avatar?.toString("base64") ?? null };
    }),
  );
  return { platform: platform.id, way: way.id, tokens, scopes, destinations };
}

/** A code that is refused was used before or is too old: that is no sign-out of a channel. */
async function trade(platform: Platform, work: () => Promise<TokenSet>): Promise<TokenSet> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PlatformError) || error.kind !== "signed_out") throw error;
    throw new ConsentProblem(
      `${platform.name} did not accept the sign-in: it took too long, or was used already. Nothing was changed. Connect again.`,
    );
  }
}

function refuseMissing(platform: Platform, way: Way, scopes: readonly string[]): void {
  const missing = way.oauth.scopes.filter((scope) => scope.required && !scopes.includes(scope.id));
  if (missing.length === 0) return;
  const what = missing.map((scope) => `“${scope.words}”`).join(" and ");
  throw new ConsentProblem(
    `${platform.name} was not allowed to let Postern ${what}, and without that nothing can be posted. Nothing was connected. Connect again and leave it ticked.`,
    "waiting",
  );
}

/** Tokens in hand, no channel yet. */
function consentSession(
  room: Room,
  platform: Platform,
  way: Way,
  app: AppCredentials,
  tokens: TokenSet,
  scopes: readonly string[],
): Session {
  return makeSession({
    house: room.house,
    rates: room.rates,
    platform,
    app,
    countedAs: "new",
    about: { remoteId: "", handle: "", scopes, extra: { way: way.id } },
    source: {
      token: async () => tokens.accessToken,
      async renew() {
        throw new PlatformError("signed_out", {
          code: "fresh_token_refused",
          message: `${platform.name} did not accept the sign-in it has just given.`,
          remedy: "Connect again.",
        });
      },
      succeeded: () => undefined,
    },
  });
}
