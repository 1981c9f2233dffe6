/** A page of posts: walks along one index from where the page before ended, and never looks at more than so many. */
import type { Db } from "../database/index.ts";
import { Refusal } from "../web/index.ts";
import { walkFor, type PostQuery, type Walk } from "./walks.ts";

export interface Found {
  /** Ids of posts, in order. */
  ids: string[];
  /** Where the next page begins; null on the last. */
  cursor: string | null;
  /** How many were looked at when the bound was met before the page was full: what is further on was not looked at. */
  lookedAt: number | null;
}

interface Candidate {
  at: number;
  tie: string;
  post_id: string;
  fits: number;
}

/** Rows looked at in one go, and for one page, where not every row of the walk fits. */
const STEP = 250;
const MOST_LOOKED_AT = 2000;

/** Throws Refusal 400 for a cursor that was not handed out for such a list. */
export function findPosts(
  db: Db,
  workspaceId: string,
  query: PostQuery,
  { limit, cursor }: { limit: number; cursor: string | null },
): Found {
  const walk = walkFor(workspaceId, query);
  let after = cursor ? readCursor(cursor, walk) : null;
  if (walk === null) return { ids: [], cursor: null, lookedAt: null };
  const step = walk.sieve ? Math.max(STEP, limit + 1) : limit + 1;
  const found: Candidate[] = [];
  for (let looked = 0; looked < MOST_LOOKED_AT; looked += step) {
    const rows = look(db, walk, after, step);
    found.push(...rows.filter(({ fits }) => fits === 1));
    if (found.length > limit) return pageOf(walk, found.slice(0, limit), found[limit - 1]!, null);
    const last = rows.at(-1);
    if (!last || rows.length < step) return pageOf(walk, found, null, null);
    after = last;
  }
  return pageOf(walk, found, after, MOST_LOOKED_AT);
}

function look(db: Db, walk: Walk, after: Pick<Candidate, "at" | "tie"> | null, limit: number): Candidate[] {
  const from = after ? { at: after.at, tie: after.tie } : {};
  return db.all<Candidate>(walk.sql(after !== null), { ...walk.bound, ...from, limit });
}

function pageOf(
  walk: Walk,
  found: readonly Candidate[],
  next: Pick<Candidate, "at" | "tie"> | null,
  lookedAt: number | null,
): Found {
  return { ids: found.map((row) => row.post_id), cursor: next && writeCursor(walk, next), lookedAt };
}

function writeCursor(walk: Walk, row: Pick<Candidate, "at" | "tie">): string {
  return Buffer.from(`${walk.name}.${row.at}.${row.tie}`).toString("base64url");
}

function readCursor(cursor: string, walk: Walk | null): { at: number; tie: string } {
  const text = Buffer.from(cursor, "base64url").toString();
  const [, name, at, tie] = /^([a-z]{4,8})\.(\d{1,15})\.([\w-]{0,64})$/.exec(text) ?? [];
  if (at !== undefined && tie !== undefined && (walk === null || name === walk.name)) return { at: Number(at), tie };
  throw new Refusal(400, {
    title: "That page of the list is not there",
    message: "The address does not say where to go on.",
    next: "Start again from the first page.",
  });
}
