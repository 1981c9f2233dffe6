/** Icons as inline SVG: actions from lucide, platforms from simple-icons or drawn by the platform itself. Read once. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Platform } from "../platforms/contract.ts";

const lucideFolder = fileURLToPath(new URL("../../node_modules/lucide-static/icons/", import.meta.url));
const simpleFolder = fileURLToPath(new URL("../../node_modules/simple-icons/icons/", import.meta.url));
const cache = new Map<string, string>();

/** A lucide icon by its file name ("pencil"), decorative: hidden from screen readers. Throws when there is no such icon. */
export function icon(name: string): string {
  return remember(`lucide/${name}`, () => {
    const source = readFileSync(`${lucideFolder}${name}.svg`, "utf8");
    const inner = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(source)?.[1]?.replace(/\n\s*/g, "") ?? "";
    return `<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${inner}</svg>`;
  });
}

/** A platform's mark in one ink colour with its name for screen readers. */
export function platformMark(platform: Pick<Platform, "id" | "name" | "icon">): string {
  return remember(`platform/${platform.id}`, () => {
    const path = "path" in platform.icon ? platform.icon.path : simpleIconPath(platform.icon.slug);
    return `<svg class="mark" role="img" viewBox="0 0 24 24" aria-label="${platform.name}"><path d="${path}"/></svg>`;
  });
}

function simpleIconPath(slug: string): string {
  const file = `${simpleFolder}${slug}.svg`;
  if (!existsSync(file)) throw new Error(`simple-icons has no ${slug}.`);
  return / d="([^"]+)"/.exec(readFileSync(file, "utf8"))?.[1] ?? "";
}

function remember(key: string, make: () => string): string {
  let found = cache.get(key);
  if (found === undefined) cache.set(key, (found = make()));
  return found;
}
