/** Lists of the Graph, page by page. */
import { z } from "zod";
import type { Session } from "../../contract.ts";
import { call, type GraphCall } from "./client.ts";

/** How many pages of a list are read at most, so that no list is endless. */
const PAGES = 20;

/**
 * Every entry of a list, at most 20 pages of it; `until` ends the reading early, after the page on which it says so.
 * The end is where Meta names no next page: a short page proves nothing. Throws as `call` does.
 */
export async function listAll<T>(
  session: Session,
  request: Omit<GraphCall, "method">,
  entry: z.ZodType<T>,
  until: (entries: readonly T[]) => boolean = () => false,
): Promise<T[]> {
  const shape = z.object({
    data: z.array(entry),
    paging: z
      .object({ cursors: z.object({ after: z.string().optional() }).optional(), next: z.string().optional() })
      .optional(),
  });
  const found: T[] = [];
  let after: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const { data } = await call(session, { ...request, method: "GET", query: { ...request.query, after } }, shape);
    found.push(...data.data);
    // The address in `next` holds the token, so only its cursor is used.
    after = data.paging?.next ? (data.paging.cursors?.after ?? cursorIn(data.paging.next)) : undefined;
    if (!after || until(data.data)) break;
  }
  return found;
}

function cursorIn(address: string): string | undefined {
  return URL.canParse(address) ? (new URL(address).searchParams.get("after") ?? undefined) : undefined;
}
