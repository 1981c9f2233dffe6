/** Reads a regular expression and writes the texts that would make a careless one run for ages. */

type Node =
  | { is: "char"; source: string }
  | { is: "all"; parts: Node[] }
  | { is: "one"; of: Node[] }
  | { is: "many"; node: Node; min: number; endless: boolean }
  | { is: "nothing" };

/** Characters that are tried wherever a pattern takes some of many. */
const COMMON = [..."a0A -._/@\"'<>&=:,;(%\\\n\té"];

/** Up to `most` texts that lead into each endless repetition of the pattern, fill it, and then spoil the match. */
export function hostileTexts(pattern: RegExp, length: number, most = 200): string[] {
  const tree = parse(pattern.source);
  const letters = [...new Set([...pattern.source.replace(/\\[a-zA-Z]/g, ""), ...COMMON])];
  const texts = new Set<string>();
  for (const { lead, node } of endless(tree, "", pattern.flags, letters)) {
    const fillings = new Set([...samples(node, pattern.flags, letters), lead]);
    for (const filling of fillings) {
      if (filling === "") continue;
      const body = filling.repeat(Math.ceil(length / filling.length));
      for (const end of ["\u0000", "@", "x y!"]) {
        texts.add(`${lead}${body}${end}`);
        if (lead !== "") texts.add(`${body}${end}`);
      }
    }
  }
  return [...texts].slice(0, most);
}

/** Each endless repetition with a text that reaches it. */
function endless(node: Node, lead: string, flags: string, letters: string[]): Array<{ lead: string; node: Node }> {
  switch (node.is) {
    case "all": {
      const found: Array<{ lead: string; node: Node }> = [];
      let before = lead;
      for (const part of node.parts) {
        found.push(...endless(part, before, flags, letters));
        before += samples(part, flags, letters)[0] ?? "";
      }
      return found;
    }
    case "one":
      return node.of.flatMap((option) => endless(option, lead, flags, letters));
    case "many": {
      const inner = endless(node.node, lead, flags, letters);
      return node.endless ? [{ lead, node: node.node }, ...inner] : inner;
    }
    default:
      return [];
  }
}

/** A few texts that the node takes, the plainest first. */
function samples(node: Node, flags: string, letters: string[]): string[] {
  switch (node.is) {
    case "nothing":
      return [""];
    case "char": {
      const test = new RegExp(`^(?:${node.source})$`, flags.replace(/[gy]/g, ""));
      return letters.filter((letter) => test.test(letter)).slice(0, 14);
    }
    case "one":
      return node.of.flatMap((option) => samples(option, flags, letters).slice(0, 3));
    case "many":
      return samples(node.node, flags, letters).map((text) => text.repeat(Math.max(1, node.min)));
    case "all":
      return Array.from({ length: 6 }, (_one, i) =>
        node.parts.map((part) => {
          const own = samples(part, flags, letters);
          return own[i % Math.max(1, own.length)] ?? "";
        }),
      ).map((parts) => parts.join(""));
  }
}

function parse(source: string): Node {
  let at = 0;
  return alternatives();

  function alternatives(): Node {
    const of = [sequence()];
    while (source[at] === "|") {
      at += 1;
      of.push(sequence());
    }
    return of.length === 1 ? of[0]! : { is: "one", of };
  }
  function sequence(): Node {
    const parts: Node[] = [];
    while (at < source.length && source[at] !== "|" && source[at] !== ")") parts.push(quantified(atom()));
    return { is: "all", parts };
  }
  function quantified(node: Node): Node {
    const found = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(source.slice(at));
    if (!found) return node;
    at += found[0].length;
    if (found[0][0] === "*") return { is: "many", node, min: 0, endless: true };
    if (found[0][0] === "+") return { is: "many", node, min: 1, endless: true };
    if (found[0][0] === "?") return { is: "many", node, min: 0, endless: false };
    const open = found[2] === "," && found[3] === "";
    return { is: "many", node, min: Number(found[1]), endless: open || Number(found[3] || 0) > 100 };
  }
  function atom(): Node {
    const mark = source[at]!;
    if (mark === "(") return group();
    if (mark === "[") return piece(/^\[(?:\\.|[^\]\\])*\]/);
    if (mark === "^" || mark === "$") return assertion(1);
    if (mark !== "\\") return piece(/^[\s\S]/u);
    if (/[bB]/.test(source[at + 1] ?? "")) return assertion(2);
    if (/[1-9k]/.test(source[at + 1] ?? "")) return assertion(/^\\(?:\d+|k<\w+>)/.exec(source.slice(at))![0].length);
    return piece(/^\\(?:[pPu]\{[^}]*\}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|c[A-Z]|[\s\S])/);
  }
  function piece(shape: RegExp): Node {
    const found = shape.exec(source.slice(at))![0];
    at += found.length;
    return { is: "char", source: found };
  }
  function assertion(length: number): Node {
    at += length;
    return { is: "nothing" };
  }
  function group(): Node {
    const head = /^\((?:\?(?:<?[=!]|:|<\w+>))?/.exec(source.slice(at))![0];
    at += head.length;
    const node = alternatives();
    at += 1;
    return /[=!]$/.test(head) ? { is: "all", parts: [{ is: "many", node, min: 0, endless: false }] } : node;
  }
}
