/** Finds what is put into the text of a statement where a value would stand: values are bound, never written in. */
import { lineOf, type SourceFile } from "./source.ts";

/** "file: what stands there" → why it may. */
const may: Readonly<Record<string, string>> = {
  "src/api/docs-page.ts: JSON.stringify": "an example for a terminal, no statement",
  "src/media/media.ts: state": "the states in the order in which they press, from the constant above it",
  "src/media/serve-file.ts: coded": "a header, no statement",
  "src/posts/walks.ts: listed": "states of our own, never words of a person",
  "src/posts/walks.ts: one": "states of our own, never words of a person",
  "src/sandbox/meta/refusal.ts: id": "a platform's words, no statement",
  "src/sandbox/youtube/upload.ts: String": "a platform's words, no statement",
  "src/web/headers.ts: targets.map": "a policy for browsers, no statement",
};

const QUOTED = /(?<!\\)'\$\{\s*([\w.]+)/g;
const JOINED = /'["`]\s*\+\s*([\w.]+)/g;
/** Without quotes; a name in capitals is a constant. */
const BARE =
  /(?:[\w)\s][=<>]=?|\b(?:IN|VALUES) ?\(|\b(?:LIKE|GLOB|MATCH|BETWEEN|LIMIT|OFFSET))\s*\$\{\s*(?![A-Z_]+\s*\})([\w.]+)/g;
const STATEMENT = /\b(?:SELECT|FROM|WHERE|AND|OR|SET|VALUES|LIMIT|CASE|WHEN|JOIN|ORDER BY)\b/;

/** One line for each, and one for each exception that has gone. */
export function writtenValues(files: readonly SourceFile[]): string[] {
  const found = files.flatMap((file) => written(file).map((one) => ({ ...one, known: `${file.path}: ${one.what}` })));
  const left = Object.keys(may).filter((one) => !found.some(({ known }) => known === one));
  const lines = found.filter(({ known }) => !(known in may)).map(({ line, known }) => known.replace(":", `:${line}:`));
  return [...lines, ...left.map((one) => `${one}: is not there any more, take it out of the list`)];
}

function written(file: SourceFile): Array<{ what: string; line: number }> {
  const found = [...file.uncommented.matchAll(JOINED)].map((match) => ({ what: match[1]!, at: match.index }));
  let from = 0;
  for (const piece of file.uncommented.split("`")) {
    const patterns = STATEMENT.test(piece) ? [QUOTED, BARE] : [QUOTED];
    for (const match of patterns.flatMap((pattern) => [...piece.matchAll(pattern)]))
      found.push({ what: match[1]!, at: from + match.index });
    from += piece.length + 1;
  }
  return found.map(({ what, at }) => ({ what, line: lineOf(file.text, at) }));
}
