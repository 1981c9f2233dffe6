/** Icons as SVG: actions from lucide, platforms from simple-icons or drawn by the platform itself. Read once. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Platform } from "../platforms/contract.ts";

const lucideFolder = fileURLToPath(new URL("../../node_modules/lucide-static/icons/", import.meta.url));
const simpleFolder = fileURLToPath(new URL("../../node_modules/simple-icons/icons/", import.meta.url));
const LINES =
  'viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';

type Mark = Pick<Platform, "id" | "name" | "icon">;

/** One icon in the two ways it can be written. */
interface Drawing {
  /** The whole drawing. */
  inline: string;
  /** Stands for the symbol, which is once in the page. */
  use: string;
  symbol: string;
}

/** What templates ask for icons. */
export interface Icons {
  /** A lucide icon by its file name ("pencil"), decorative: hidden from screen readers. Throws when there is no such icon. */
  icon(name: string): string;
  /** A platform's mark in one ink colour with its name for screen readers. */
  platformMark(platform: Mark): string;
  /** What was used of them, for the layout to put into the page; "" where every icon is whole by itself. */
  symbols(): string;
}

/** For pieces of pages: each icon is whole, because nobody knows which ones the page they go to has. */
export const inlineIcons: Icons = {
  icon: (name) => actionDrawing(name).inline,
  platformMark: (platform) => markDrawing(platform).inline,
  symbols: () => "",
};

/** For one whole page: each icon is drawn once, however often it is shown. A month of posts shows four hundred. */
export function iconSheet(): Icons {
  const used = new Set<Drawing>();
  const show = (drawing: Drawing): string => {
    used.add(drawing);
    return drawing.use;
  };
  return {
    icon: (name) => show(actionDrawing(name)),
    platformMark: (platform) => show(markDrawing(platform)),
    symbols: () => (used.size === 0 ? "" : `<svg>${Array.from(used, ({ symbol }) => symbol).join("")}</svg>`),
  };
}

const actions = new Map<string, Drawing>();
const marks = new Map<string, Drawing>();

function actionDrawing(name: string): Drawing {
  return remember(actions, name, () => {
    const source = readFileSync(`${lucideFolder}${name}.svg`, "utf8");
    const inner = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(source)?.[1]?.replace(/\n\s*/g, "") ?? "";
    return {
      inline: `<svg class="icon" ${LINES} aria-hidden="true">${inner}</svg>`,
      use: `<svg class="icon" aria-hidden="true"><use href="#icon-${name}"/></svg>`,
      symbol: `<symbol id="icon-${name}" ${LINES}>${inner}</symbol>`,
    };
  });
}

function markDrawing({ id, name, icon }: Mark): Drawing {
  return remember(marks, id, () => {
    const inner = `<path d="${"path" in icon ? icon.path : simpleIconPath(icon.slug)}"/>`;
    const open = `<svg class="mark" role="img" aria-label="${name}"`;
    return {
      inline: `${open} viewBox="0 0 24 24">${inner}</svg>`,
      use: `${open}><use href="#mark-${id}"/></svg>`,
      symbol: `<symbol id="mark-${id}" viewBox="0 0 24 24">${inner}</symbol>`,
    };
  });
}

function simpleIconPath(slug: string): string {
  const file = `${simpleFolder}${slug}.svg`;
  if (!existsSync(file)) throw new Error(`simple-icons has no ${slug}.`);
  return / d="([^"]+)"/.exec(readFileSync(file, "utf8"))?.[1] ?? "";
}

function remember(known: Map<string, Drawing>, key: string, make: () => Drawing): Drawing {
  let found = known.get(key);
  if (found === undefined) known.set(key, (found = make()));
  return found;
}
