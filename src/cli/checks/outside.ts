/** Checks against the outside: does PUBLIC_URL lead to this install, media and callbacks included, and is the clock right. */
import { randomBytes } from "node:crypto";
import type { Clock } from "../../clock.ts";
import type { Config } from "../../config/index.ts";
import { OutboundError, type Outbound, type OutboundReply } from "../../outbound/index.ts";
import { platforms, type Platform } from "../../platforms/index.ts";
import { CHALLENGE_HEADER, PROOF_HEADER, isProof } from "../../web/index.ts";
import type { Vault } from "../../vault/index.ts";
import { note, ok, wrong, type Finding } from "./finding.ts";
import { SET_CLOCK } from "./stored.ts";

export interface Asking {
  config: Config;
  clock: Clock;
  outbound: Outbound;
  vault: Vault;
}

const ADDRESS_REMEDY =
  "Set PUBLIC_URL to the https address people use; platforms send people back to it and fetch media from it.";

/** What can be said of PUBLIC_URL without asking anybody. */
export function publicAddress({ publicUrl, platformMode }: Config): Finding {
  if (publicUrl === null) {
    return platformMode === "live"
      ? wrong("public address", "PUBLIC_URL is not set", ADDRESS_REMEDY)
      : note("public address", "PUBLIC_URL is not set; good enough for the sandbox", ADDRESS_REMEDY);
  }
  if (platformMode === "live" && !publicUrl.startsWith("https:"))
    return wrong(
      "public address",
      `${publicUrl} is not https`,
      "Put a reverse proxy with TLS before Postern; the platforms accept nothing else.",
    );
  return ok("public address", publicUrl);
}

/** Asks /m/… and the callback of every platform in use, and tells this install's answers from anybody else's. */
export async function reached(asking: Asking): Promise<Finding[]> {
  const base = asking.config.publicUrl;
  if (base === null) return [];
  const media = await ask(asking, `${base}/m/doctor-${randomBytes(8).toString("hex")}.jpg`);
  const inUse = platforms.filter((one) => asking.config.platformMode === "sandbox" || isSetUp(asking.config, one));
  const callbacks = await Promise.all(inUse.map(async ({ id }) => ask(asking, `${base}/channels/callback/${id}`)));
  const failed = callbacks.find((one) => one.state === "wrong") ?? callbacks.find((one) => one.state !== "ok");
  return [
    { ...media, check: "media from outside" },
    ...(callbacks.length > 0 ? [{ ...(failed ?? callbacks[0]!), check: "callback" }] : []),
  ];
}

function isSetUp({ apps }: Config, { id }: Platform): boolean {
  return apps[id] !== undefined;
}

async function ask(asking: Asking, url: string): Promise<Finding> {
  try {
    return await probe(asking, url, false);
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    if (error.reason !== "blocked") return unreachable(url, error);
  }
  try {
    const seen = await probe(asking, url, true);
    return seen.state === "ok" ? onlyInside(asking.config, url) : seen;
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return unreachable(url, error);
  }
}

async function probe({ outbound, vault }: Asking, url: string, anywhere: boolean): Promise<Finding> {
  const challenge = randomBytes(16).toString("hex");
  const reply = await outbound.probe(url, { headers: { [CHALLENGE_HEADER]: challenge }, anywhere });
  if (isProof(vault, challenge, reply.headers[PROOF_HEADER])) return ok("", `${plain(url)} answers from this install`);
  return stranger(url, reply);
}

function stranger(url: string, { status, headers }: OutboundReply): Finding {
  const to = headers["location"];
  if (status >= 300 && status < 400 && to !== undefined)
    return wrong(
      "",
      `${plain(url)} is redirected to ${plain(to)}`,
      "Set PUBLIC_URL to the address it ends at, and let the proxy pass every path on without a sign-in or a bot check.",
    );
  if (status >= 502 && status <= 504)
    return wrong(
      "",
      `a proxy answers ${plain(url)} with ${status}: Postern is not behind it`,
      "Point the reverse proxy at Postern's HOST and PORT.",
    );
  return wrong(
    "",
    `something else answers ${plain(url)}, with ${status}`,
    "Check PUBLIC_URL, the name's DNS record, and that the reverse proxy passes every path and the header x-postern-challenge on to this Postern.",
  );
}

function unreachable(url: string, error: OutboundError): Finding {
  const code = (error.cause as { code?: string } | undefined)?.code ?? "";
  if (/CERT|SELF_SIGNED|VERIFY|ALTNAME/.test(code))
    return wrong(
      "",
      `the certificate of ${new URL(url).host} is not trusted (${code})`,
      "Let the reverse proxy fetch one from a public authority; platforms trust no other.",
    );
  return wrong(
    "",
    `${plain(url)} does not answer: ${error.message}`,
    `Check the name's DNS record, and that ports 80 and 443 are open and lead to the reverse proxy. Where ${new URL(url).origin}/healthz opens on a phone off this network, only this machine's own way to it is missing.`,
  );
}

/** It answers, but from an address that the internet cannot reach. */
function onlyInside({ platformMode }: Config, url: string): Finding {
  const { hostname, host } = new URL(url);
  const loopback = hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
  const who = loopback ? "only from this machine" : "from this network";
  if (platformMode === "sandbox")
    return note(
      "",
      `${host} is reached ${who}, which is all the sandbox needs`,
      "Before you go live: give PUBLIC_URL an https address on the internet, or no platform can send people back or fetch media.",
    );
  if (loopback || /^[\d.]+$|^\[/.test(hostname))
    return wrong("", `${host} is reached ${who}, and no platform can`, ADDRESS_REMEDY);
  return note(
    "",
    `${host} leads to a private address here, so what the outside sees cannot be told from this machine`,
    `Open ${new URL(url).origin}/healthz from a phone that is off this network; it must answer.`,
  );
}

/** Without what makes each question different. */
function plain(url: string): string {
  return url.replace(/\/m\/doctor-.*$/, "/m/…").replace(/\?.*$/, "");
}

const TOLERATED_MS = 60_000;

/** The clock against that of a platform: every answer over HTTP says what time it is there. */
export async function clockOutside({ config, clock, outbound }: Omit<Asking, "vault">): Promise<Finding[]> {
  const asked = platformsToAsk(config);
  for (const { name, oauth } of asked) {
    const before = clock.now();
    const reply = await outbound
      .platform({ method: "GET", url: `${new URL(oauth.tokenUrl).origin}/`, timeout: 5000 })
      .catch(() => null);
    const there = Date.parse(reply?.headers["date"] ?? "");
    if (Number.isNaN(there)) continue;
    // A Date header counts whole seconds.
    const off = Math.round(((before + clock.now()) / 2 - there - 500) / 1000);
    if (Math.abs(off) * 1000 <= TOLERATED_MS) return [ok("clock", `agrees with ${name}'s`)];
    return [wrong("clock", `it is ${Math.abs(off)} seconds ${off > 0 ? "ahead of" : "behind"} ${name}'s`, SET_CLOCK)];
  }
  if (asked.length === 0) return [];
  const names = asked.map((one) => one.name).join(", ");
  return [
    wrong(
      "platforms",
      `no answer from ${names}`,
      "Check that this machine reaches the internet (DNS, firewall); nothing can be published otherwise.",
    ),
  ];
}

/** Our own sandbox runs by the same clock; without an app there is no platform to ask. */
function platformsToAsk(config: Config): readonly Platform[] {
  if (config.platformMode === "live") return platforms.filter((one) => isSetUp(config, one));
  return config.platformSandboxUrl === null ? [] : platforms.slice(0, 1);
}
