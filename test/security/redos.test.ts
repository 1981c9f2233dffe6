/** Every pattern of our own, run against texts made to keep it busy: none takes more than a moment. */
import assert from "node:assert/strict";
import vm from "node:vm";
import test from "node:test";
import { hostileTexts } from "../support/patterns.ts";
import { regexesOf, sources, workings, type SourceFile } from "../support/source.ts";

const LENGTH = 20_000;
const WITHIN_MS = 120;

/** Patterns whose texts cannot be that long: "file pattern" → characters, with the reason beside it. */
const bounded: Readonly<Record<string, number>> = {
  // Three digits of a fraction of a second.
  "src/posts/pages/moments.ts /0+$/": 3,
  // Icons that come with the packages.
  "src/web/icons.ts /<svg[^>]*>([\\s\\S]*)<\\/svg>/": 5000,
};

const views = sources("views/**/*.eta").map(workings);
const code = [...sources("src/**/*.ts"), ...sources("static/js/*.js"), ...views];
const own = code.flatMap((file) =>
  [...regexesOf(file), ...patternsOf(file)].map((pattern) => ({ name: `${file.path} ${pattern}`, pattern })),
);

/** Patterns that stand as text in a schema; whoever checks by it makes an expression of it. */
function patternsOf(file: SourceFile): RegExp[] {
  return [...file.uncommented.matchAll(/\bpattern: *("(?:\\.|[^"\\\n])*")/g)].map(
    (match) => new RegExp(JSON.parse(match[1]!) as string, "u"),
  );
}

const context = vm.createContext({ text: "", pattern: / /g });
const script = new vm.Script("text.replace(pattern, '')");

/** ms, or Infinity when it was broken off. */
function run(pattern: RegExp, text: string, within: number): number {
  const flags = pattern.flags.includes("g") ? pattern.flags : `${pattern.flags}g`;
  Object.assign(context, { text, pattern: new RegExp(pattern.source, flags) });
  const began = performance.now();
  try {
    script.runInContext(context, { timeout: within });
    return performance.now() - began;
  } catch {
    return Infinity;
  }
}

/** Twice too slow, so that a machine that was busy elsewhere for a moment is not blamed on a pattern. */
function isSlow(pattern: RegExp, text: string): boolean {
  return run(pattern, text, WITHIN_MS) > WITHIN_MS && run(pattern, text, WITHIN_MS) > WITHIN_MS;
}

test("the harness finds what is slow", () => {
  assert.ok(own.length > 150, `${own.length} patterns`);
  assert.ok(views.flatMap(regexesOf).length > 0);
  assert.ok(code.flatMap(patternsOf).length > 0);
  for (const careless of [/^(a+)+$/, /^[^\s@]+@[^\s@]+\.[^\s@]+$/, /\s+$/, /(\w|\d)+@/, /<b>.*?<\/b>.*<i>/s])
    assert.ok(
      hostileTexts(careless, LENGTH).some((text) => isSlow(careless, text)),
      String(careless),
    );
});

test("no pattern is put together while running, where this test could not see it", () => {
  const made = code.filter((file) => /\bnew RegExp\(|\bRegExp\(/.test(file.code));
  assert.deepEqual(
    made.map((file) => file.path),
    [],
  );
});

test("no pattern of our own can be kept busy", () => {
  const seen = new Set<string>();
  const slow: string[] = [];
  for (const { name, pattern } of own) {
    const length = bounded[name] ?? LENGTH;
    if (seen.has(`${pattern} ${length}`)) continue;
    seen.add(`${pattern} ${length}`);
    const text = hostileTexts(pattern, length).find((one) => isSlow(pattern, one));
    if (text !== undefined)
      slow.push(`${name} on ${JSON.stringify(text.slice(0, 20))}…${JSON.stringify(text.slice(-6))}`);
  }
  assert.deepEqual(slow, []);
  const names = new Set(own.map(({ name }) => name));
  assert.deepEqual(
    Object.keys(bounded).filter((name) => !names.has(name)),
    [],
    "what is bounded is still there",
  );
});
