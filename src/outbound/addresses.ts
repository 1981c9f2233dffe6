/** Tells public addresses from private, local, reserved and disguised ones. */
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/**
 * True for addresses that belong to the public internet. IPv4 must be plain unicast; IPv6 must lie in 2000::/3 and be
 * plain unicast; an IPv4 address mapped into IPv6 is judged as IPv4. Anything that is no address is not public.
 */
export function isPublicAddress(address: string): boolean {
  // Stricter than the library, which reads "010.8.8.8" and "8.8" as addresses, too.
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.kind() === "ipv4") return parsed.range() === "unicast";
  const v6 = parsed as ipaddr.IPv6;
  if (address.toLowerCase().startsWith("::ffff:") && v6.isIPv4MappedAddress()) {
    return v6.toIPv4Address().range() === "unicast";
  }
  return v6.range() === "unicast" && v6.match(ipaddr.parseCIDR("2000::/3") as [ipaddr.IPv6, number]);
}
