/** What every list and every answer of the API has in common. */
import { z } from "zod";
import { RequestRefused } from "./problem-json.ts";
import { named } from "./schemas.ts";

export const listQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().min(1).max(500).optional().describe("nextCursor of the page before"),
});

/** `name` is what the list is called in the document. */
export function listOf<T extends z.ZodType>(items: T, name: string) {
  return z
    .object({
      items: z.array(items),
      nextCursor: z.string().nullable().describe("null: this is the last page"),
    })
    .register(named, { id: name });
}

/**
 * Pages a short list that is at hand as a whole, in the order of `rank` and id. What vanishes between two pages does not
 * disturb the next. Throws 400 for a cursor that is not ours.
 */
export function pageOf<T extends { id: string }>(
  all: readonly T[],
  query: { limit: number; cursor?: string | undefined },
  rank: (one: T) => number,
): { items: T[]; nextCursor: string | null } {
  const after = query.cursor === undefined ? null : readCursor(query.cursor);
  const rest = after
    ? all.filter((one) => rank(one) > after.rank || (rank(one) === after.rank && one.id > after.id))
    : all;
  const items = rest.slice(0, query.limit);
  const last = items.at(-1);
  const more = rest.length > items.length && last !== undefined;
  return { items, nextCursor: more ? Buffer.from(`${rank(last)}.${last.id}`).toString("base64url") : null };
}

function readCursor(cursor: string): { rank: number; id: string } {
  const [, rank, id] = /^(\d{1,15})\.([\w-]{1,64})$/.exec(Buffer.from(cursor, "base64url").toString()) ?? [];
  if (rank === undefined || id === undefined) throw strangeCursor();
  return { rank: Number(rank), id };
}

function strangeCursor(): RequestRefused {
  const message = "The list cannot be continued from there.";
  return new RequestRefused(
    400,
    "That cursor is not ours",
    message,
    [{ path: "cursor", message }],
    "Start again without a cursor.",
  );
}

export const idParams = z.object({ id: z.string().min(1).max(64) });

export const gone = z.void().describe("Deleted; no body");
