/** JSON from strangers: integers that JavaScript would round arrive as strings, digits intact. */

/** Parses text; undefined when it is not JSON. TikTok and Meta send ids as bare 17 to 19 digit numbers. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, function (this: unknown, _key: string, value: unknown, context?: { source?: string }) {
      if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
      const source = context?.source ?? "";
      return /^-?\d+$/.test(source) ? source : value;
    } as (key: string, value: unknown) => unknown);
  } catch {
    return undefined;
  }
}
