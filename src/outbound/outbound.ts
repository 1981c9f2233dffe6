/** One function for platform calls, one for addresses that people typed, and one place for sandbox rewriting. */
import type { Readable } from "node:stream";
import { guardedAgent, plainAgent } from "./agent.ts";
import { OutboundError, PLAIN } from "./errors.ts";
import { exchange, limited, open, type OutboundReply, type OutboundRequest } from "./exchange.ts";

export interface OutboundDownload {
  status: number;
  headers: Record<string, string>;
  body: Readable;
  /** Where it came from after redirects. */
  url: string;
}

export interface Outbound {
  /** A call to a platform. Redirects are not followed. Throws OutboundError when no whole reply came. */
  platform(request: OutboundRequest): Promise<OutboundReply>;
  /**
   * A download from an address a person typed: public hosts on the ports of the web only, at most 3 redirects, each checked. `fromPlatform`: the
   * address came from a platform (a profile picture), so in sandbox mode the sandbox is asked for it.
   */
  download(
    url: string,
    options: { maxBytes: number; signal?: AbortSignal; timeout?: number; fromPlatform?: boolean },
  ): Promise<OutboundDownload>;
  /**
   * Asks an address of our own as the world would: public hosts only unless `anywhere`, redirects told and not followed.
   * Throws OutboundError.
   */
  probe(url: string, options: { headers: Record<string, string>; anywhere: boolean }): Promise<OutboundReply>;
  /** The address to send a person's browser to for a platform page (consent). */
  browserUrl(url: string): string;
  close(): Promise<void>;
}

export interface OutboundOptions {
  mode: "sandbox" | "live";
  /** Where server calls go in sandbox mode, without a trailing slash. */
  sandboxUrl: string;
  /** Where browsers go in sandbox mode (our own public address when the sandbox is our own). */
  sandboxBrowserUrl: string;
  /** host:port pairs that may be private (a home object store). */
  allowPrivateHosts?: readonly string[];
  log: { debug(facts: object, message: string): void };
}

const MAX_HOPS = 3;
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
/** Other ports belong to other protocols, which a clever address could talk to. */
const WEB_PORTS = ["80", "443", "8443"];

export function createOutbound(options: OutboundOptions): Outbound {
  const plain = plainAgent();
  const guarded = guardedAgent();
  const sandboxOrigin = options.mode === "sandbox" ? new URL(options.sandboxUrl).origin : null;

  function target(address: string, base: string): URL {
    const url = parse(address);
    if (sandboxOrigin === null) {
      if (url.protocol !== "https:") throw refusal("Platforms are reached over https only.");
      return url;
    }
    if (url.origin === sandboxOrigin || url.origin === new URL(options.sandboxBrowserUrl).origin) return url;
    // No platform lives on this machine: the sandbox handed this out, under another of its names or on another port.
    if (LOOPBACK.includes(url.hostname)) return url;
    return new URL(`${base}/${url.host}${url.pathname}${url.search}`);
  }

  return {
    async platform(request) {
      const url = target(request.url, options.sandboxUrl);
      for (const [name, value] of Object.entries(request.query ?? {})) {
        if (value !== undefined) url.searchParams.set(name, String(value));
      }
      const startedAt = performance.now();
      const reply = await exchange(url, request, sandboxOrigin ? plain : guarded);
      // Path only: queries carry codes and upload ids, bodies carry tokens.
      options.log.debug(
        {
          method: request.method,
          host: url.host,
          path: hidePath(url.pathname),
          status: reply.status,
          ms: Math.round(performance.now() - startedAt),
        },
        "platform call",
      );
      return reply;
    },

    async download(address, limits) {
      const locate = (text: string): URL => (limits.fromPlatform ? target(text, options.sandboxUrl) : parse(text));
      let url = locate(address);
      for (let hop = 0; ; hop += 1) {
        checkTyped(url);
        // A typed address is never trusted for being the sandbox's: only what a platform handed out is.
        const ofSandbox = limits.fromPlatform === true && sandboxOrigin === url.origin;
        const trusted = ofSandbox || allowed(url, options.allowPrivateHosts ?? []);
        if (!trusted && !WEB_PORTS.includes(portOf(url))) throw refusal("Addresses on unusual ports are not fetched.");
        const reply = await open(url, limits, trusted ? plain : guarded);
        const location = reply.headers["location"];
        if (reply.status < 300 || reply.status > 399 || !location) {
          return {
            status: reply.status,
            headers: reply.headers,
            body: limited(reply.body, limits.maxBytes),
            url: url.href,
          };
        }
        // Calling a body off raises an error on it, which nobody else listens for.
        reply.body.on("error", () => undefined).destroy();
        if (hop >= MAX_HOPS) throw refusal("That address redirects too often.");
        url = locate(new URL(location, url).href);
      }
    },

    async probe(address, { headers, anywhere }) {
      const url = parse(address);
      checkTyped(url);
      return exchange(url, { method: "GET", url: url.href, headers, timeout: 10_000 }, anywhere ? plain : guarded);
    },

    browserUrl: (url) => target(url, options.sandboxBrowserUrl).href,

    async close() {
      await Promise.allSettled([plain.destroy(), guarded.destroy()]);
    },
  };
}

function parse(address: string): URL {
  try {
    return new URL(address);
  } catch {
    throw refusal(PLAIN.bad_address);
  }
}

function checkTyped(url: URL): void {
  if (url.protocol !== "https:" && url.protocol !== "http:")
    throw refusal("Only http and https addresses can be fetched.");
  if (url.username || url.password) throw refusal("Addresses with a name or password in them are not fetched.");
  if (url.href.length > 2048) throw refusal("That address is too long.");
}

function portOf(url: URL): string {
  return url.port || (url.protocol === "https:" ? "443" : "80");
}

function allowed(url: URL, hosts: readonly string[]): boolean {
  return hosts.includes(url.host) || hosts.includes(`${url.hostname}:${portOf(url)}`);
}

function refusal(message: string): OutboundError {
  return new OutboundError("bad_address", message, { sent: false });
}

/** Long path segments may be capability secrets (upload addresses): only their beginning is logged. */
function hidePath(path: string): string {
  return path.replace(/[^/]{25,}/g, (part) => `${part.slice(0, 6)}…`);
}
