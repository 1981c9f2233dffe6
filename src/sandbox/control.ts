/** The sandbox's own pages: the public feed, and switches for faults and behaviour. */
import type { FastifyInstance } from "fastify";
import { jsonBody } from "./bodies.ts";
import type { SandboxPlatform } from "./contract.ts";
import type { Fault } from "./faults.ts";
import { escapeHtml, sandboxPage } from "./html.ts";
import type { FeedItem, World } from "./world.ts";

/**
 * GET / is the feed as a page; under /_control: GET feed, GET|POST|DELETE faults, POST behaviour { platform, name, value }.
 * The switches refuse requests that another site's page started.
 */
export function controlRoutes(app: FastifyInstance, world: World, platforms: readonly SandboxPlatform[]): void {
  app.get("/", async (_request, reply) => reply.type("text/html").send(feedPage(world.feed(), platforms)));

  app.register(async (control) => {
    control.addHook("onRequest", async (request, reply) => {
      const site = request.headers["sec-fetch-site"];
      if (site && site !== "same-origin" && site !== "none") return reply.code(403).send({ error: "cross-site" });
    });
    control.get("/_control/feed", async () => world.feed());
    control.get("/_control/faults", async () => world.faults.list());
    control.post("/_control/faults", async (request, reply) => {
      const fault = jsonBody(request) as Partial<Fault> | undefined;
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
  const items = [...feed].reverse().slice(0, 100).map(card).join("");
  const names = platforms.map((platform) => platform.name).join(" and ");
  const body = feed.length
    ? `<ul class="stack feed">${items}</ul>`
    : `<p class="quiet">Nothing has been posted yet. What you publish to ${escapeHtml(names)} in the sandbox appears here, as the world would see it.</p>`;
  return sandboxPage(
    "Sandbox feed",
    `<header class="head"><div><p class="quiet small">Sandbox</p><h1>What the world would see</h1></div></header>${body}`,
  );
}

function card(item: FeedItem): string {
  const files = item.files
    .map((file) => `${escapeHtml(file.mime)}, ${file.bytes.toLocaleString("en")} bytes`)
    .join(" · ");
  const hue = item.state === "live" ? "live" : item.state === "failed" ? "broken" : "moving";
  return `<li class="sheet feed-item" id="${escapeHtml(item.id)}" data-platform="${escapeHtml(item.platform)}"><p class="split"><b>${escapeHtml(item.platform)} · ${escapeHtml(item.handle)}</b><span class="state ${hue}">${escapeHtml(item.state)}, ${escapeHtml(item.visibility)}</span></p>
<p class="serif">${escapeHtml(item.title || item.text || "(no text)")}</p>${item.title && item.text ? `<p class="quiet small">${escapeHtml(item.text)}</p>` : ""}<p class="quiet small n">${files}</p></li>`;
}
