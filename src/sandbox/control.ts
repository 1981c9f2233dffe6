/** The sandbox's own pages: the public feed, and switches for faults and behaviour. */
import { createReadStream, statSync } from "node:fs";
import type { FastifyInstance } from "fastify";
import { jsonBody } from "./bodies.ts";
import type { SandboxPlatform } from "./contract.ts";
import type { Fault } from "./faults.ts";
import { escapeHtml, sandboxPage } from "./html.ts";
import type { FeedItem, World } from "./world.ts";

const noToken = { error: "the header x-sandbox-token is missing or wrong; the token is in the sandbox's folder" };
const MOST_FAULTS = 100;
const SHOWN_TYPES: ReadonlySet<string> = new Set([
  ...["video/mp4", "video/quicktime", "video/webm"],
  ...["image/jpeg", "image/png", "image/gif", "image/webp"],
]);

/**
 * GET / is the feed as a page; under /_control: GET feed, GET|POST|DELETE faults, POST behaviour { platform, name, value }.
 * The switches want the header `x-sandbox-token`: the text of the file `control-token` in the sandbox's folder.
 */
export function controlRoutes(app: FastifyInstance, world: World, platforms: readonly SandboxPlatform[]): void {
  app.get("/", async (_request, reply) => reply.type("text/html").send(feedPage(world.feed(), platforms)));

  app.get<{ Params: { id: string }; Querystring: { type?: string } }>("/files/:id", async (request, reply) => {
    const file = world.filePath(request.params.id);
    const type = request.query.type ?? "";
    const facts = statSync(file, { throwIfNoEntry: false });
    if (!SHOWN_TYPES.has(type) || !facts?.isFile()) return reply.code(404).send();
    // Anybody may have sent these bytes: whatever they are, they stay a picture or a film.
    return reply
      .type(type)
      .header("content-security-policy", "default-src 'none'; sandbox; frame-ancestors 'none'")
      .header("content-length", facts.size)
      .send(createReadStream(file));
  });

  app.register(async (control) => {
    control.addHook("onRequest", async (request, reply) => {
      if (request.headers["x-sandbox-token"] !== world.controlToken) return reply.code(403).send(noToken);
    });
    control.get("/_control/feed", async () => world.feed());
    control.get("/_control/faults", async () => world.faults.list());
    control.post("/_control/faults", async (request, reply) => {
      const fault = jsonBody(request) as Partial<Fault> | undefined;
      if (world.faults.list().length >= MOST_FAULTS)
        return reply.code(429).send({ error: "too many faults are armed" });
      if (!fault?.kind || !fault.request) return reply.code(400).send({ error: "kind and request are needed" });
      return world.faults.arm({ ...fault, kind: fault.kind, request: fault.request });
    });
    control.delete("/_control/faults", async (_request, reply) => {
      world.faults.clear();
      return reply.code(204).send();
    });
    control.post("/_control/behaviour", async (request, reply) => {
      const { platform, name, value } = (jsonBody(request) ?? {}) as Record<string, string>;
      if (!platform || !name) return reply.code(400).send({ error: "platform and name are needed" });
      world.setBehaviour(platform, name, value ?? "");
      return { platform, name, value: value ?? "" };
    });
  });
}

function feedPage(feed: FeedItem[], platforms: readonly SandboxPlatform[]): string {
  const newest = [...feed].reverse();
  const cards = (items: FeedItem[]) =>
    `<ul class="stack feed">${items
      .slice(0, 100)
      .map((item) => card(item, platforms))
      .join("")}</ul>`;
  const seen = newest.filter((item) => item.public);
  const unseen = newest.filter((item) => !item.public);
  const names = new Intl.ListFormat("en").format(platforms.map((platform) => platform.name));
  const body = seen.length
    ? cards(seen)
    : `<p class="quiet">Nothing that everybody can see has been posted yet. What you publish to ${escapeHtml(names)} in the sandbox appears here, as the world would see it.</p>`;
  const rest = unseen.length
    ? `<section class="stack"><h2>What only its owner would see</h2><p class="quiet">Private, waiting in an inbox, still being processed, or failed.</p>${cards(unseen)}</section>`
    : "";
  return sandboxPage(
    "Sandbox feed",
    `<header class="head"><div><p class="quiet small">Sandbox</p><h1>What the world would see</h1></div></header>${body}${rest}`,
  );
}

function card(item: FeedItem, platforms: readonly SandboxPlatform[]): string {
  const name = platforms.find((platform) => platform.id === item.platform)?.name ?? item.platform;
  const hue = item.state === "live" ? "live" : item.state === "failed" ? "broken" : "moving";
  const text = item.title && item.text ? `<p class="quiet small">${escapeHtml(item.text)}</p>` : "";
  return `<li class="sheet padded stack tight feed-item" id="${escapeHtml(item.id)}" data-platform="${escapeHtml(item.platform)}">
<p class="split"><span><b>${escapeHtml(name)}</b> <span class="quiet">${escapeHtml(item.handle)}</span></span><span class="state ${hue}">${escapeHtml(words(item))}</span></p>
<p class="serif">${escapeHtml(item.title || item.text || wordless(item))}</p>${text}${item.files.map(player).join("")}</li>`;
}

/** An inbox gets the film alone; the creator writes in the app. */
function wordless(item: FeedItem): string {
  return item.state === "inbox" ? "A draft: its text is written in the app" : "Without a text";
}

/** "Live, seen by everybody"; the platforms' own constants are no words. */
function words(item: FeedItem): string {
  const state = item.state.charAt(0).toUpperCase() + item.state.slice(1).replaceAll("_", " ");
  return item.state === "live" ? `${state}, ${item.public ? "seen by everybody" : "not public"}` : state;
}

function player(file: FeedItem["files"][number]): string {
  const about = `<p class="quiet small n">${escapeHtml(file.mime)}, ${file.bytes.toLocaleString("en")} bytes</p>`;
  const address = `files/${encodeURIComponent(file.fileId)}?type=${encodeURIComponent(file.mime)}`;
  if (file.mime.startsWith("image/")) return `<img class="feed-media" src="${address}" alt="">${about}`;
  if (file.mime.startsWith("video/"))
    return `<video class="feed-media" src="${address}" controls preload="metadata"></video>${about}`;
  return about;
}
