/** Meta's usage headers: how much of an allowance is used up, and when a block ends. */

export interface Usage {
  /** The fullest of all meters, in percent; 0 when Meta says nothing. At 100 calls are refused. */
  percent: number;
  /** Milliseconds until access comes back; 0 when nothing is blocked. */
  regainMs: number;
}

const METERS = ["call_count", "total_time", "total_cputime"];

// 2026-11: https://developers.facebook.com/docs/graph-api/overview/rate-limiting/
const HEADERS = ["x-app-usage", "x-page-usage", "x-business-use-case-usage"];

/** Reads every usage header of a reply (names in lower case). */
export function usageOf(headers: Readonly<Record<string, string>>): Usage {
  const entries = HEADERS.flatMap((name) => entriesOf(headers[name]));
  const percents = entries.flatMap((entry) => METERS.map((meter) => numberAt(entry, meter)));
  const minutes = entries.map((entry) => numberAt(entry, "estimated_time_to_regain_access"));
  return { percent: Math.max(0, ...percents), regainMs: Math.max(0, ...minutes) * 60_000 };
}

/** The plain headers hold one meter; the business one holds a list of them for each asset. */
function entriesOf(header: string | undefined): Array<Record<string, unknown>> {
  if (!header) return [];
  try {
    const value = JSON.parse(header) as Record<string, unknown>;
    const lists = Object.values(value).filter((part) => Array.isArray(part)) as Array<Array<Record<string, unknown>>>;
    return (lists.length ? lists.flat() : [value]).filter((entry) => typeof entry === "object" && entry !== null);
  } catch {
    return [];
  }
}

function numberAt(entry: Record<string, unknown>, name: string): number {
  const value = Number(entry[name]);
  // A number that is no time counts as not said.
  return Math.abs(value) < 1e9 ? value : 0;
}
