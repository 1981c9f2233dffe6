/** Whether platforms can reach this install, as far as its address tells. */
import { isPublicAddress } from "./addresses.ts";

/** Platforms fetch over https from a public host; the sandbox fetches from wherever we are. `publicUrl` is an origin. */
export function canBeFetchedFrom(publicUrl: string, mode: "sandbox" | "live"): boolean {
  if (mode === "sandbox") return true;
  const url = new URL(publicUrl);
  if (url.protocol !== "https:") return false;
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (/^[\d.]+$/.test(host) || host.includes(":")) return isPublicAddress(host);
  return host.includes(".") && !/\.(local|localhost|internal|lan|home|test|home\.arpa)$/.test(host);
}
