/** Guards of the way outside: what people type leads to the public web, and what comes back is bounded. */
import type { Theme } from "./guard.ts";

const ssrf = "security/ssrf";

export const addresses: Theme = {
  title: "Addresses that people type",
  guards: [
    {
      name: "an address of this machine or of its network, written as a number",
      file: "src/outbound/agent.ts",
      from: "if (net.isIP(host) && !isPublicAddress(host)) return callback(blocked(), null);",
      to: "",
      tests: ssrf,
    },
    {
      name: "a name that leads to a private address, be it one of several",
      file: "src/outbound/agent.ts",
      from: "found.length === 0 || found.some((entry) => !isPublicAddress(entry.address))",
      to: "found.length === 0",
      tests: ssrf,
    },
    {
      name: "a name that is bound anew between the look-up and the connection",
      file: "src/outbound/agent.ts",
      from: 'if (!isPublicAddress(socket?.remoteAddress ?? "")) {',
      to: "if (!socket) {",
      tests: ssrf,
    },
    {
      name: "a private IPv4 address inside an IPv6 one",
      file: "src/outbound/addresses.ts",
      from: 'return v6.toIPv4Address().range() === "unicast";',
      to: "return true;",
      tests: ssrf,
    },
    {
      name: "IPv6 addresses outside the public range",
      file: "src/outbound/addresses.ts",
      from: 'return v6.range() === "unicast" && v6.match(ipaddr.parseCIDR("2000::/3") as [ipaddr.IPv6, number]);',
      to: 'return v6.range() === "unicast";',
      tests: ssrf,
    },
    {
      name: "addresses in odd notations",
      file: "src/outbound/addresses.ts",
      from: "if (isIP(address) === 0) return false;",
      to: "if (!ipaddr.isValid(address)) return false;",
      tests: ssrf,
    },
    {
      name: "a redirect to another scheme, or with a name and password in it",
      file: "src/outbound/outbound.ts",
      from: "checkTyped(url);\n        // A typed",
      to: "if (hop === 0) checkTyped(url);\n        // A typed",
      tests: ssrf,
    },
    {
      name: "a redirect to a private address or an unusual port",
      file: "src/outbound/outbound.ts",
      from: "const trusted = ofSandbox || allowed(",
      to: "const trusted = ofSandbox || hop > 0 || allowed(",
      tests: ssrf,
    },
    {
      name: "redirects without end",
      file: "src/outbound/outbound.ts",
      from: "if (hop >= MAX_HOPS) throw",
      to: "if (hop >= 10 * MAX_HOPS) throw",
      tests: ssrf,
    },
    {
      name: "an address of another scheme",
      file: "src/outbound/outbound.ts",
      from: 'if (url.protocol !== "https:" && url.protocol !== "http:")\n    throw refusal("Only http and https addresses can be fetched.");',
      to: "",
      tests: ssrf,
    },
    {
      name: "a name and password in an address",
      file: "src/outbound/outbound.ts",
      from: 'if (url.username || url.password) throw refusal("Addresses with a name or password in them are not fetched.");',
      to: "",
      tests: ssrf,
    },
    {
      name: "an address without end",
      file: "src/outbound/outbound.ts",
      from: 'if (url.href.length > 2048) throw refusal("That address is too long.");',
      to: "",
      tests: ssrf,
    },
    {
      name: "the ports of other protocols",
      file: "src/outbound/outbound.ts",
      from: 'if (!trusted && !WEB_PORTS.includes(portOf(url))) throw refusal("Addresses on unusual ports are not fetched.");',
      to: "",
      tests: ssrf,
    },
    {
      name: "what the sandbox is told to fetch from this machine",
      file: "src/sandbox/world.ts",
      from: 'if (this.#visits === "panels") return this.#panels.includes(url.origin);',
      to: "",
      tests: "security/sandbox",
    },
  ],
};

export const answers: Theme = {
  title: "Platforms, and what comes back",
  guards: [
    {
      name: "platforms over https only",
      file: "src/outbound/outbound.ts",
      from: 'if (url.protocol !== "https:") throw refusal("Platforms are reached over https only.");',
      to: "",
      tests: ssrf,
    },
    {
      name: "the certificate of a platform or of a public host",
      file: "src/outbound/agent.ts",
      from: "buildConnector({ timeout: 10_000, lookup: lookup as never })",
      to: "buildConnector({ timeout: 10_000, lookup: lookup as never, rejectUnauthorized: false })",
      tests: ssrf,
    },
    {
      name: "the certificate of an allowed private host",
      file: "src/outbound/agent.ts",
      from: "const limits = { connect: { timeout: 10_000 }",
      to: "const limits = { connect: { timeout: 10_000, rejectUnauthorized: false }",
      tests: ssrf,
    },
    {
      name: "a file larger than allowed, while it streams",
      file: "src/outbound/outbound.ts",
      from: "body: limited(reply.body, limits.maxBytes),",
      to: "body: limited(reply.body, Infinity),",
      tests: ssrf,
    },
    {
      name: "a reply without end",
      file: "src/outbound/exchange.ts",
      from: 'throw new OutboundError("too_large", "The reply is larger than 4 MB.", { sent: true });',
      to: "break;",
      tests: ssrf,
    },
    {
      name: "a reply with headers without end",
      file: "src/outbound/agent.ts",
      from: "maxHeaderSize: 32 * 1024",
      to: "maxHeaderSize: 1024 * 1024",
      tests: ssrf,
    },
    {
      name: "a reply that drips for ever",
      file: "src/outbound/exchange.ts",
      from: "if (performance.now() > end) {",
      to: "if (performance.now() > Infinity) {",
      tests: "security/drip",
    },
  ],
};
