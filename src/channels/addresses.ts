/** Where platforms send people back to, and where they are sent first. */
import type { FastifyRequest } from "fastify";
import type { House } from "../house.ts";

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/** PUBLIC_URL where it is set; else the address this browser uses, if it is this machine's own, so that the cookie comes back. */
export function ownOrigin(house: House, request: FastifyRequest): string {
  if (house.config.publicUrl !== null) return house.config.publicUrl;
  const text = `http://${request.host}`;
  const used = URL.canParse(text) ? new URL(text) : null;
  return used && LOOPBACK.includes(used.hostname) ? used.origin : house.publicUrl;
}

/** The address to register at the platform, letter for letter. */
export function redirectUri(house: House, request: FastifyRequest, platformId: string): string {
  return `${ownOrigin(house, request)}/channels/callback/${platformId}`;
}

/** The consent page as this browser reaches it; our own sandbox is there under the address the browser already uses. */
export function consentPage(house: House, request: FastifyRequest, address: string): string {
  const page = new URL(house.outbound.browserUrl(address));
  const ownSandbox = house.config.platformMode === "sandbox" && house.config.platformSandboxUrl === null;
  return ownSandbox ? `${ownOrigin(house, request)}${page.pathname}${page.search}` : page.href;
}
