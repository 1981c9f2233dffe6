/** Stylesheet, scripts and fonts, under addresses that change with their content. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";

const own = fileURLToPath(new URL("../../static/", import.meta.url));
const modules = fileURLToPath(new URL("../../node_modules/", import.meta.url));

/** Public name → file of a package that is served as it comes. */
const borrowed: Readonly<Record<string, string>> = {
  "htmx.min.js": "htmx.org/dist/htmx.min.js",
  "hx-sse.min.js": "htmx.org/dist/ext/hx-sse.min.js",
  "tus.min.js": "tus-js-client/dist/tus.min.js",
  "inter-latin.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
  "inter-latin-ext.woff2": "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2",
  "newsreader-latin.woff2": "@fontsource-variable/newsreader/files/newsreader-latin-opsz-normal.woff2",
  "newsreader-latin-ext.woff2": "@fontsource-variable/newsreader/files/newsreader-latin-ext-opsz-normal.woff2",
};

const versions = new Map<string, string>();

/** "/static/postern.css?v=1a2b3c4d": cached for a year, and another address as soon as a byte differs. */
export function assetPath(name: string): string {
  let version = versions.get(name);
  if (version === undefined) {
    version = createHash("sha256").update(contentOf(name)).digest("hex").slice(0, 8);
    versions.set(name, version);
  }
  return `/static/${name}?v=${version}`;
}

/** One stylesheet for the browser, made of the files in static/css in the order of their names. */
function stylesheet(): Buffer {
  const files = readdirSync(path.join(own, "css"))
    .filter((file) => file.endsWith(".css"))
    .sort();
  const text = files.map((file) => readFileSync(path.join(own, "css", file), "utf8")).join("\n");
  // The same address as in the page's preload, so that a font is fetched once.
  return Buffer.from(text.replace(/\/static\/([\w.-]+\.woff2)/g, (_all, name: string) => assetPath(name)));
}

function contentOf(name: string): Buffer {
  if (name === "postern.css") return stylesheet();
  return readFileSync(borrowed[name] ? path.join(modules, borrowed[name]) : path.join(own, name));
}

export async function staticRoutes(app: FastifyInstance): Promise<void> {
  const cache = { immutable: true, maxAge: "365d" };
  await app.register(fastifyStatic, { root: own, prefix: "/static/", ...cache });
  const css = stylesheet();
  app.get("/static/postern.css", (_request, reply) =>
    reply.type("text/css; charset=utf-8").header("cache-control", "public, max-age=31536000, immutable").send(css),
  );
  for (const [name, file] of Object.entries(borrowed)) {
    app.get(`/static/${name}`, (_request, reply) =>
      reply.sendFile(path.basename(file), path.dirname(path.join(modules, file)), cache),
    );
  }
}
