/** Fetches a file from an address as Meta's own fetcher does: robots.txt is asked first, redirects are not liked. */
import { createOutbound, type Outbound } from "../../outbound/index.ts";
import type { Received, World } from "../world.ts";

const WAIT_MS = 10_000;

/** The file, or null when it cannot be had. Addresses on this machine are allowed as far as the world visits them. */
export async function fetchFile(
  world: World,
  address: string,
  maxBytes: number,
): Promise<(Received & { mime: string }) | null> {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  const local = world.mayVisit(url);
  if (url.protocol !== "https:" && !(local && url.protocol === "http:")) return null;
  // 2026-11: fbcdn addresses are refused. https://developers.facebook.com/docs/video-api/guides/publishing
  if (url.hostname.endsWith("fbcdn.net")) return null;
  const outbound = createOutbound({
    mode: "live",
    sandboxUrl: url.origin,
    sandboxBrowserUrl: url.origin,
    allowPrivateHosts: local ? [url.host] : [],
    log: { debug: () => undefined },
  });
  try {
    if (await forbids(outbound, url)) return null;
    const reply = await outbound.download(address, { maxBytes, timeout: WAIT_MS });
    if (reply.status !== 200 || reply.url !== url.href) {
      reply.body.destroy();
      return null;
    }
    const announced = Number(reply.headers["content-length"] ?? -1);
    const received = await world.receive(reply.body);
    if (announced >= 0 && received.bytes !== announced) return null;
    return { ...received, mime: (reply.headers["content-type"] ?? "").split(";")[0] ?? "" };
  } catch {
    return null;
  } finally {
    await outbound.close();
  }
}

async function forbids(outbound: Outbound, url: URL): Promise<boolean> {
  const reply = await outbound.download(`${url.origin}/robots.txt`, { maxBytes: 100_000, timeout: WAIT_MS });
  const parts: Buffer[] = [];
  for await (const part of reply.body) parts.push(part as Buffer);
  if (reply.status !== 200) return false;
  let ours = false;
  for (const line of Buffer.concat(parts).toString("utf8").split(/\r?\n/)) {
    const [name = "", value = ""] = line.split(/:\s*/, 2);
    if (/^user-agent$/i.test(name)) ours = value === "*" || /facebookexternalhit/i.test(value);
    if (ours && /^disallow$/i.test(name) && value !== "" && url.pathname.startsWith(value.trim())) return true;
  }
  return false;
}
