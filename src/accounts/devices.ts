/** A device and a place in words, without keeping more than that. */
import ipaddr from "ipaddr.js";

/** "Firefox on Linux" */
export function deviceName(userAgent: string): string {
  const browser = [
    ["Edg/", "Edge"],
    ["OPR/", "Opera"],
    ["Firefox/", "Firefox"],
    ["Chrome/", "Chrome"],
    ["Safari/", "Safari"],
  ].find(([mark]) => userAgent.includes(mark!))?.[1];
  const system = [
    ["iPhone", "iPhone"],
    ["iPad", "iPad"],
    ["Android", "Android"],
    ["Windows", "Windows"],
    ["Mac OS X", "Mac"],
    ["Linux", "Linux"],
  ].find(([mark]) => userAgent.includes(mark!))?.[1];
  if (!browser) return "Another program";
  return system ? `${browser} on ${system}` : browser;
}

/** The network, not the house: IPv4 by /24, IPv6 by /48. */
export function shortAddress(ip: string): string {
  if (!ipaddr.isValid(ip)) return "unknown";
  const address = ipaddr.process(ip);
  if (address instanceof ipaddr.IPv4) return `${address.octets.slice(0, 3).join(".")}.x`;
  return `${address.parts
    .slice(0, 3)
    .map((part) => part.toString(16))
    .join(":")}::`;
}
