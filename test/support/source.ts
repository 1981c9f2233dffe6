/** Reads the source of the house for the architecture test: files, imports, code without comments or strings. */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";

export const root = path.dirname(path.dirname(import.meta.dirname));

export interface SourceFile {
  /** From the root of the repository, with "/": "src/web/page.ts". */
  path: string;
  text: string;
  /** Same length and lines, comments blanked. */
  uncommented: string;
  /** Same length and lines, comments and the insides of strings blanked. */
  code: string;
}

export interface Import {
  /** A path from the root ("src/web/page.ts") or a bare name ("zod", "node:path"). */
  target: string;
  typeOnly: boolean;
}

/** Files that fit a glob, in order. */
export function sources(pattern: string): SourceFile[] {
  return globSync(pattern, { cwd: root })
    .map((file) => file.replaceAll(path.sep, "/"))
    .sort()
    .map((file) => read(file, readFileSync(path.join(root, file), "utf8")));
}

function read(file: string, text: string): SourceFile {
  return { path: file, text, uncommented: blank(text, false), code: blank(text, true) };
}

/** What a template works out: same lines, everything outside <% %> blanked. */
export function workings(template: SourceFile): SourceFile {
  const { text } = template;
  let at = 0;
  let kept = "";
  const hide = (to: number): void => {
    kept += text.slice(at, to).replace(/[^\n]/g, " ");
    at = to;
  };
  for (const { 0: whole, 1: open = "", index } of text.matchAll(/(<%[-_]?\s*[=~]?)[\s\S]*?[-_]?%>/g)) {
    hide(index + open.length);
    // Each piece ends as a statement does.
    kept += text.slice(at, index + whole.length).replace(/[-_]?%>$/, (end) => ";".padEnd(end.length));
    at = index + whole.length;
  }
  hide(text.length);
  return read(template.path, kept);
}

/** Everything a file imports or re-exports; `import { type A }` alone counts as a value import, as Node sees it. */
export function importsOf(file: SourceFile): Import[] {
  const found: Import[] = [];
  const statement = /\b(import|export)\s+(type\s+)?(?:[\w*{][^;"']*?\sfrom\s*)?"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)/g;
  for (const match of file.uncommented.matchAll(statement)) {
    // What stands in a string or comment starts with a blank in `code`.
    if (!/[ie]/.test(file.code[match.index] ?? "")) continue;
    found.push({ target: resolve(file.path, match[3] ?? match[4] ?? ""), typeOnly: match[2] !== undefined });
  }
  return found;
}

function resolve(from: string, target: string): string {
  return target.startsWith(".") ? path.posix.join(path.posix.dirname(from), target) : target;
}

/** Line number of an offset. */
export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** Blanks comments, and the insides of strings where asked; what stands in ${…} stays code. */
function blank(text: string, strings: boolean): string {
  const out =
    [...text].length === text.length ? text.split("") : Array.from({ length: text.length }, (_, i) => text[i]!);
  const hide = (from: number, to: number): void => {
    for (let i = from; i < to; i += 1) if (out[i] !== "\n") out[i] = " ";
  };
  const templates: number[] = [];
  let depth = 0;
  let at = 0;
  const templateText = (): void => {
    const from = at;
    while (at < text.length && text[at] !== "`" && !text.startsWith("${", at)) at += text[at] === "\\" ? 2 : 1;
    if (strings) hide(from, at);
    if (text[at] === "`") at += 1;
    else {
      templates.push(depth);
      at += 2;
    }
  };
  while (at < text.length) {
    const mark = text[at]!;
    if (text.startsWith("//", at)) at = skip(text.indexOf("\n", at), hide);
    else if (text.startsWith("/*", at)) at = skip(text.indexOf("*/", at) + 2, hide);
    else if (mark === '"' || mark === "'") at = literal(endOfQuoted(text, at), 1);
    else if (mark === "/" && beginsRegex(text, at)) at = literal(endOfRegex(text, at), 1);
    else if (mark === "`") {
      at += 1;
      templateText();
    } else if (mark === "}" && templates.at(-1) === depth) {
      templates.pop();
      at += 1;
      templateText();
    } else {
      if (mark === "{") depth += 1;
      if (mark === "}") depth -= 1;
      at += 1;
    }
  }
  return out.join("");

  function skip(end: number, cover: typeof hide): number {
    const to = end < at ? text.length : end;
    cover(at, to);
    return to;
  }
  function literal(end: number, edge: number): number {
    if (strings) hide(at + edge, end - edge);
    return end;
  }
}

function endOfQuoted(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== text[from] && text[at] !== "\n") at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

/** A slash begins a regular expression where an operand is expected. */
function beginsRegex(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 60), at).trimEnd();
  return /(?:^|[(,=:[!&|?{};+>]|\b(?:return|case|typeof|in|of))$/.test(before);
}

function endOfRegex(text: string, from: number): number {
  let inClass = false;
  for (let at = from + 1; at < text.length && text[at] !== "\n"; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === "[") inClass = true;
    else if (text[at] === "]") inClass = false;
    else if (text[at] === "/" && !inClass) return at + 1;
  }
  return from + 1;
}

/** The regular expressions written in a file, as literals. */
export function regexesOf(file: SourceFile): RegExp[] {
  return [...file.code.matchAll(/\/( +)\/([a-z]*)/g)]
    .map((match) => ({
      flags: match[2]!,
      source: file.text.slice(match.index + 1, match.index + 1 + match[1]!.length),
    }))
    .filter(({ source }) => source.trim() !== "")
    .map(({ source, flags }) => new RegExp(source, flags));
}
