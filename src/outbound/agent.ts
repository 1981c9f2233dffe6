/** Connections: one pool for platforms and one that refuses every address that is not public. */
import dns from "node:dns";
import net from "node:net";
import { Agent, buildConnector } from "undici";
import { isPublicAddress } from "./addresses.ts";
import { OutboundError } from "./errors.ts";

const limits = { connect: { timeout: 10_000 }, keepAliveTimeout: 10_000, connections: 64, maxHeaderSize: 32 * 1024 };

/** Connects anywhere; for the configured sandbox only. */
export function plainAgent(): Agent {
  return new Agent({ ...limits, pipelining: 1 });
}

/**
 * Connects to public addresses only. Both doors are watched: names are resolved by a look-up that refuses if any answer is
 * private, and the address of the open socket is checked again, because a literal address never reaches the look-up.
 * The address that was checked is the one that is used, so re-binding a name between the two finds no gap.
 */
export function guardedAgent(lookup: Lookup = onlyPublic(dns.lookup)): Agent {
  const connect = buildConnector({ timeout: 10_000, lookup: lookup as never });
  return new Agent({
    ...limits,
    connect(options, callback) {
      const host = options.hostname.replace(/^\[|\]$/g, "");
      if (net.isIP(host) && !isPublicAddress(host)) return callback(blocked(), null);
      connect(options, (error, socket) => {
        if (error) return callback(error, null);
        if (!isPublicAddress(socket?.remoteAddress ?? "")) {
          socket?.destroy();
          return callback(blocked(), null);
        }
        callback(null, socket);
      });
    },
  });
}

/** As the connector asks for it: once a connection, and what it answers is what is connected to. */
export type Lookup = (
  hostname: string,
  options: dns.LookupOptions,
  callback: (error: Error | null, address: dns.LookupAddress[] | string, family?: number) => void,
) => void;

type Resolve = (
  hostname: string,
  options: dns.LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, found: dns.LookupAddress[]) => void,
) => void;

/** A look-up that refuses a name as soon as one of its addresses is not public. */
export function onlyPublic(resolve: Resolve): Lookup {
  return (hostname, options, callback) =>
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      if (found.length === 0 || found.some((entry) => !isPublicAddress(entry.address))) return callback(blocked(), []);
      if (options.all) return callback(null, found);
      callback(null, found[0]!.address, found[0]!.family);
    });
}

function blocked(): OutboundError {
  return new OutboundError("blocked", "That address is not on the public internet.", { sent: false });
}
