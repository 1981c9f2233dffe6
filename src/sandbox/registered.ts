/** Redirect addresses that apps registered at the platforms: nobody is ever sent anywhere else with a code. */
import type { FastifyInstance, FastifyRequest } from "fastify";

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
const CALLBACK = /^\/channels\/callback\/[a-z]{1,40}$/;

/** True for the callbacks of a panel on this machine or at one of `panels` (origins), and for nothing else. */
export function isCallback(address: string, panels: readonly string[]): boolean {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || url.search || url.hash || url.username || url.password) return false;
  const known = LOOPBACK.includes(url.hostname) || panels.includes(url.origin);
  return /^https?:$/.test(url.protocol) && known && CALLBACK.test(url.pathname);
}

/**
 * The last gate, whatever a platform's own page checked: an answer that would send a browser to an address that is not
 * registered becomes a refusal. `meant` tells the answers of armed faults.
 */
export function refuseStrangeRedirects(
  app: FastifyInstance,
  world: { isRegistered(address: string): boolean },
  meant: (request: FastifyRequest) => boolean,
): void {
  app.addHook("onSend", async (request, reply, payload) => {
    const location = reply.getHeader("location");
    if (![301, 302, 303, 307].includes(reply.statusCode) || typeof location !== "string" || meant(request)) {
      return payload;
    }
    if (world.isRegistered(location.replace(/[?#][\s\S]*$/, ""))) return payload;
    reply.removeHeader("location");
    reply.code(400).type("text/plain; charset=utf-8").removeHeader("content-length");
    return "This redirect address is not registered.\n";
  });
}
