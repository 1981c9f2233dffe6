/** Lists of the Graph, page by page. */
import { z } from "zod";
import { PlatformError, type Session } from "../../contract.ts";
import { call, type GraphCall, type GraphReply } from "./client.ts";
import { maybe } from "./ids.ts";

/** How many pages of a list are read at most, so that no list is endless. */
const PAGES = 50;

/**
 * Every entry of a list; `until` ends the reading early, after the page on which it says so. The end is where Meta names no next
 * page: a short page proves nothing. Throws as `call` does, and PlatformError("transient") for a list that does not end: what is not
 * in the part that was read may still be there, and must not be taken for absent.
 */
export async function listAll<T>(
  session: Session,
  request: Omit<GraphCall, "method">,
  entry: z.ZodType<T>,
  until: (entries: readonly T[]) => boolean = () => false,
): Promise<T[]> {
  const shape = z.object({ data: z.array(entry), paging: maybe(paging) });
  const found: T[] = [];
  let more: Record<string, string> | null = {};
  for (let page = 0; page < PAGES && more !== null; page += 1) {
    const query: GraphCall["query"] = { ...request.query, ...more };
    const reply: GraphReply<z.infer<typeof shape>> = await call(session, { ...request, method: "GET", query }, shape);
    found.push(...reply.data.data);
    more = until(reply.data.data) ? null : nextOf(reply.data.paging);
  }
  if (more !== null) {
    throw new PlatformError("transient", {
      code: "list_too_long",
      message: `The list at Meta goes on after ${PAGES} pages, so what was looked for may still be in it.`,
    });
  }
  return found;
}

const paging = z.object({ cursors: maybe(z.object({ after: maybe(z.string()) })), next: maybe(z.string()) });

/** What the address in `next` asks for beyond the first request: a cursor, or a time. Its token is left out. */
function nextOf(read: z.infer<typeof paging> | undefined): Record<string, string> | null {
  if (!read?.next) return null;
  const after = read.cursors?.after;
  const query = URL.canParse(read.next) ? Object.fromEntries(new URL(read.next).searchParams) : {};
  const { access_token: _token, appsecret_proof: _proof, ...rest } = query;
  const next = after === undefined ? rest : { ...rest, after };
  return Object.keys(next).length > 0 ? next : null;
}
