/** A sandbox of one's own on a real socket, a session signed in through its consent page, and a delivery that remembers. */
import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  authorizeAddress,
  newState,
  newVerifier,
  renewTokens,
  tradeCode,
  type OAuthClient,
} from "../../src/oauth/index.ts";
import { createOutbound, OutboundError, type Outbound } from "../../src/outbound/index.ts";
import {
  PlatformError,
  type Delivery,
  type DeliveryMedia,
  type Destination,
  type MediaFacts,
  type Platform,
  type PlatformRequest,
  type Session,
  type TokenSet,
} from "../../src/platforms/contract.ts";
import { serveSandbox, World } from "../../src/sandbox/index.ts";

/** A clock that runs with the machine's but can be pushed ahead. */
export function pushableClock() {
  let ahead = 0;
  return { now: () => Date.now() + ahead, push: (ms: number) => void (ahead += ms) };
}

export interface TestSandbox {
  url: string;
  world: World;
  outbound: Outbound;
  clock: ReturnType<typeof pushableClock>;
  close(): Promise<void>;
}

export async function openSandbox(): Promise<TestSandbox> {
  const folder = mkdtempSync(path.join(tmpdir(), "postern-sandbox-"));
  const clock = pushableClock();
  const world = new World(folder, clock, ["https://panel.example"]);
  const served = await serveSandbox(world);
  const outbound = createOutbound({
    mode: "sandbox",
    sandboxUrl: served.url,
    sandboxBrowserUrl: served.url,
    log: { debug: () => undefined },
  });
  return {
    url: served.url,
    world,
    outbound,
    clock,
    async close() {
      await outbound.close();
      await served.close();
      world.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const redirectUri = "https://panel.example/channels/callback/test";

/**
 * Walks through consent the way a browser would and returns the callback's query.
 * `account` picks one of the accounts on the page (default the first), `without` unticks scopes.
 */
export async function consent(
  sandbox: TestSandbox,
  platform: Platform,
  choice: { account?: string; decision?: "allow" | "deny"; without?: string[] } = {},
): Promise<{ query: Record<string, string>; state: string; verifier: string }> {
  const flow = { state: newState(), verifier: newVerifier() };
  const address = sandbox.outbound.browserUrl(
    authorizeAddress(platform.oauth, { clientId: "sandbox", redirectUri }, flow),
  );
  const page = await (await fetch(address)).text();
  const accounts = [...page.matchAll(/name="account" value="([^"]+)"/g)].map((match) => match[1]!);
  const scopes = [...page.matchAll(/name="scope" value="([^"]+)"/g)].map((match) => match[1]!);
  const form = new URLSearchParams({
    account: choice.account ?? accounts[0] ?? "",
    decision: choice.decision ?? "allow",
  });
  for (const scope of scopes) if (!choice.without?.includes(scope)) form.append("scope", scope);
  const reply = await fetch(address, { method: "POST", body: form, redirect: "manual" });
  const location = reply.headers.get("location");
  if (!location) throw new Error(`consent did not redirect: ${reply.status} ${await reply.text()}`);
  return { query: Object.fromEntries(new URL(location).searchParams), ...flow };
}

export interface TestSession extends Session {
  tokens: TokenSet;
  destinations: Destination[];
}

/** Signs in through the sandbox and returns a session for the first destination (or the one asked for). */
export async function signIn(
  sandbox: TestSandbox,
  platform: Platform,
  choice: { account?: string; without?: string[]; destination?: number } = {},
): Promise<TestSession> {
  const { query, verifier } = await consent(sandbox, platform, choice);
  const client: OAuthClient = {
    clientId: "sandbox",
    clientSecret: "sandbox",
    redirectUri,
    post: (url, form) => sandbox.outbound.platform({ method: "POST", url, form }),
    get: (url, query) => sandbox.outbound.platform({ method: "GET", url, query }),
    now: () => sandbox.clock.now(),
  };
  const session: TestSession = {
    remoteId: "",
    handle: "",
    scopes: [],
    extra: {},
    destinations: [],
    app: { clientId: "sandbox", clientSecret: "sandbox" },
    tokens: await tradeCode(platform.oauth, client, { code: query["code"] ?? "", verifier }),
    now: () => sandbox.clock.now(),
    accessToken: async () => session.tokens.accessToken,
    async renew() {
      const next = await renewTokens(platform.oauth, client, session.tokens, session);
      session.tokens = { ...next, refreshToken: next.refreshToken ?? session.tokens.refreshToken };
    },
    request: (request) => plainErrors(sandbox.outbound, request, session.tokens.accessToken),
  };
  if (platform.oauth.afterExchange) session.tokens = await platform.oauth.afterExchange(session.tokens, session);
  session.scopes =
    session.tokens.scopes ?? platform.oauth.callbackScopes?.(query) ?? platform.oauth.scopes.map((s) => s.id);
  session.destinations = await platform.destinations(session);
  const chosen = session.destinations[choice.destination ?? 0];
  if (!chosen) throw new Error("nothing to connect");
  if (chosen.tokens) session.tokens = chosen.tokens;
  return Object.assign(session, { remoteId: chosen.remoteId, handle: chosen.handle, extra: chosen.extra ?? {} });
}

async function plainErrors(outbound: Outbound, request: PlatformRequest, token: string) {
  const headers = { ...(request.auth === "none" ? {} : { authorization: `Bearer ${token}` }), ...request.headers };
  try {
    return await outbound.platform({ ...request, headers });
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    throw new PlatformError("transient", { code: "network", message: error.message, sent: error.sent, cause: error });
  }
}

/** A file on disk as a delivery offers it. */
export function mediaFile(
  file: string,
  facts: Partial<MediaFacts> & Pick<MediaFacts, "kind" | "mime" | "bytes">,
): DeliveryMedia {
  return {
    id: "media-1",
    name: path.basename(file),
    width: 1080,
    height: 1920,
    durationMs: 5000,
    videoCodec: "avc",
    audioCodec: "aac",
    frameRate: 30,
    rotation: 0,
    altText: "",
    ...facts,
    read: (start, end) => createReadStream(file, { start, end: end - 1 }),
    publicUrl: async () => null,
  };
}

export interface RecordedDelivery<O, C> extends Delivery<O, C> {
  calls: Array<{ kind: "save" | "commit"; checkpoint: C }>;
  notes: string[];
  sent: number;
}

/** A delivery that keeps every save and commit, in order; checkpoints pass through JSON and the module's own schema. */
export function delivery<O, C>(
  platform: Platform<O, C>,
  session: Session,
  facts: { text?: string; media?: DeliveryMedia[]; options?: unknown; assets?: DeliveryMedia[] },
): RecordedDelivery<O, C> {
  const stored = (checkpoint: C) => platform.checkpoint.parse(JSON.parse(JSON.stringify(checkpoint)));
  const recorded: RecordedDelivery<O, C> = {
    session,
    text: facts.text ?? "",
    media: facts.media ?? [],
    options: platform.options.parse(facts.options ?? {}),
    asset: (id) => facts.assets?.find((asset) => asset.id === id) ?? null,
    startedAt: session.now(),
    now: () => session.now(),
    signal: new AbortController().signal,
    calls: [],
    notes: [],
    sent: 0,
    save: (checkpoint) => void recorded.calls.push({ kind: "save", checkpoint: stored(checkpoint) }),
    commit: (checkpoint) => void recorded.calls.push({ kind: "commit", checkpoint: stored(checkpoint) }),
    note: (event) => void recorded.notes.push(event),
    progress: (sent) => void (recorded.sent = sent),
  };
  return recorded;
}
