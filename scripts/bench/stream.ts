/** One large file on its way out, in a process of its own: through a platform's module, or bare. Prints MB/s and how memory grew. */
import { createReadStream } from "node:fs";
import { Agent, request } from "undici";
import { createOutbound } from "../../src/outbound/index.ts";
import { OutboundError } from "../../src/outbound/index.ts";
import { PlatformError, type Delivery, type DeliveryMedia, type Session } from "../../src/platforms/contract.ts";
import { findPlatform } from "../../src/platforms/index.ts";
import { cpuMs, resident } from "./measure.ts";

const [how = "", platforms = "", file = "", size = ""] = process.argv.slice(2);
const bytes = Number(size);

await send(1_000_000);
const before = resident(process.pid);
const cpuBefore = cpuMs(process.pid);
const begun = performance.now();
let highest = before;
const watch = setInterval(() => (highest = Math.max(highest, resident(process.pid))), 20);
await send(bytes);
clearInterval(watch);
const seconds = (performance.now() - begun) / 1000;
const spent = cpuMs(process.pid) - cpuBefore;
console.log(JSON.stringify({ perSecond: bytes / 1e6 / seconds, grewMb: Math.max(0, highest - before), cpuMs: spent }));
process.exit(0);

async function send(length: number): Promise<void> {
  if (how === "bare") return bare(length);
  const platform = findPlatform(how);
  if (!platform) throw new Error(`There is no platform ${how}.`);
  const outcome = await platform.publish(delivery(length));
  if (outcome.state === "in_inbox") throw new Error("unexpected outcome");
}

async function bare(length: number): Promise<void> {
  const dispatcher = new Agent();
  const body = createReadStream(file, { end: length - 1 });
  const headers = { "content-length": String(length) };
  const reply = await request(`${platforms}/bytes`, { method: "PUT", headers, body, dispatcher });
  await reply.body.dump();
  await dispatcher.close();
}

/** What the engine hands to a platform module, without the engine. */
function delivery(length: number): Delivery<unknown, unknown> {
  const media: DeliveryMedia = {
    id: "large",
    name: "large.mp4",
    kind: "video",
    mime: "video/mp4",
    bytes: length,
    width: 1080,
    height: 1920,
    durationMs: 20_000,
    videoCodec: "avc",
    audioCodec: "aac",
    frameRate: 30,
    rotation: 0,
    altText: "",
    read: (start, end) => createReadStream(file, { start, end: end - 1 }),
    publicUrl: async () => null,
  };
  const options = {
    tiktok: { mode: "direct", privacyLevel: "SELF_ONLY", musicConsent: true },
    youtube: { title: "Large", privacyStatus: "private", madeForKids: false },
  }[how];
  return {
    session: session(),
    text: "Large",
    media: [media],
    options: findPlatform(how)!.options.parse(options),
    asset: () => null,
    startedAt: Date.now(),
    now: () => Date.now(),
    signal: new AbortController().signal,
    save: () => undefined,
    commit: () => undefined,
    note: () => undefined,
    progress: () => undefined,
  };
}

function session(): Session {
  const outbound = createOutbound({
    mode: "sandbox",
    sandboxUrl: platforms,
    sandboxBrowserUrl: platforms,
    log: { debug: () => undefined },
  });
  return {
    remoteId: "1",
    handle: "@ada",
    scopes: ["video.publish", "video.upload"],
    extra: {},
    app: { clientId: "bench", clientSecret: "bench" },
    now: () => Date.now(),
    accessToken: async () => "token",
    renew: async () => undefined,
    async request(asked) {
      try {
        return await outbound.platform({ ...asked, headers: { authorization: "Bearer token", ...asked.headers } });
      } catch (error) {
        if (!(error instanceof OutboundError)) throw error;
        throw new PlatformError("transient", { code: "network", message: error.message, sent: error.sent });
      }
    },
  };
}
