/** JSON from strangers: integers that JavaScript would round arrive as strings, digits intact. */

/**
 * Every string, so that nothing is found within one, and every whole number of sixteen digits and more that is no key, which
 * JSON does not allow. A string need not end, or texts that are no JSON would keep the pattern busy.
 */
const STRING_OR_LONG_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"?|(?<![\d.eE+-])-?[1-9]\d{15,}(?![\d.eE]|\s*:)/g;

/** Parses text; undefined when it is not JSON. TikTok and Meta send ids as bare 17 to 19 digit numbers. */
export function parseJson(text: string): unknown {
  try {
    // Quoted in the text: a reviver, which is told the digits, holds everybody up for seconds over a few megabytes.
    return JSON.parse(/\d{16}/.test(text) ? text.replace(STRING_OR_LONG_NUMBER, quoted) : text);
  } catch {
    return undefined;
  }
}

function quoted(found: string): string {
  return found.startsWith('"') || Number.isSafeInteger(Number(found)) ? found : `"${found}"`;
}
