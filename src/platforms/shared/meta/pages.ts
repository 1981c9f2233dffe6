/** The Pages that a person can reach: their own, and those that a business portfolio lends them. */
import { z } from "zod";
import { PlatformError, type Session } from "../../contract.ts";
import { call } from "./client.ts";
import { graphId, maybe } from "./ids.ts";
import { listAll } from "./paging.ts";
import { inspectToken } from "./sign-in.ts";

const instagramAccount = z.object({
  id: graphId,
  username: maybe(z.string()),
  name: maybe(z.string()),
  profile_picture_url: maybe(z.string()),
});

// Only the id and the token decide; everything else may be missing or odd without spoiling the list.
const page = z.object({
  id: graphId,
  name: z.string().catch(""),
  username: maybe(z.string()),
  access_token: maybe(z.string().min(1)),
  tasks: maybe(z.array(z.string())),
  picture: maybe(z.object({ data: z.object({ url: maybe(z.string()) }) })),
  instagram_business_account: maybe(instagramAccount),
  connected_instagram_account: maybe(instagramAccount),
});

export type Page = z.infer<typeof page>;

const BASE_FIELDS = "id,name,username,access_token,tasks,picture{url}";
const business = z.object({ id: graphId });

/**
 * Every Page the session's person can reach, each once, the copy that has a token preferred. `more` names further fields.
 * Throws as `call` does when not even the person's own list can be read.
 */
export async function reachablePages(session: Session, more = ""): Promise<Page[]> {
  const fields = more ? `${BASE_FIELDS},${more}` : BASE_FIELDS;
  const query = { fields, limit: 100 };
  const found = await listAll(session, { path: "/me/accounts", query }, page);
  // 2026-11: a Page that a portfolio lends is missing from /me/accounts without any error.
  // https://developers.facebook.com/docs/graph-api/reference/business
  if (session.scopes.includes("business_management")) found.push(...(await lentPages(session, query)));
  const merged = merge(found);
  merged.push(...(await namedPages(session, fields, merged)));
  return merged;
}

async function lentPages(session: Session, query: { fields: string; limit: number }): Promise<Page[]> {
  const portfolios = await unlessRefused(
    listAll(session, { path: "/me/businesses", query: { fields: "id", limit: 100 } }, business),
  );
  const found: Page[] = [];
  for (const { id } of portfolios) {
    for (const edge of ["owned_pages", "client_pages"]) {
      found.push(...(await unlessRefused(listAll(session, { path: `/${id}/${edge}`, query }, page))));
    }
  }
  return found;
}

/** Pages that the consent names and no list holds. */
async function namedPages(session: Session, fields: string, known: readonly Page[]): Promise<Page[]> {
  // Where Meta does not say what the consent covers, the lists have to do.
  const [facts] = await unlessRefused(inspectToken(session, await session.accessToken()).then((found) => [found]));
  const missing = (facts?.named ?? []).filter((id) => !known.some((one) => one.id === id && one.access_token));
  const found: Page[] = [];
  for (const id of missing.slice(0, 50)) {
    const reply = call(session, { method: "GET", path: `/${id}`, query: { fields } }, page);
    found.push(...(await unlessRefused(reply.then(({ data }) => [data]))));
  }
  return found.filter((one) => one.access_token && !known.some((other) => other.id === one.id && other.access_token));
}

function merge(pages: readonly Page[]): Page[] {
  const byId = new Map<string, Page>();
  for (const one of pages) {
    const before = byId.get(one.id);
    if (!before || (!before.access_token && one.access_token)) byId.set(one.id, { ...before, ...told(one) });
  }
  return [...byId.values()];
}

/** A page without what a reply leaves open, so that another reply's facts stay. */
function told(one: Page): Page {
  return Object.fromEntries(Object.entries(one).filter(([, value]) => value !== undefined)) as Page;
}

/** Nothing, where Meta refuses a list that not everybody has; any other problem is thrown on. */
async function unlessRefused<T>(list: Promise<T[]>): Promise<T[]> {
  return list.catch((error: unknown) => {
    if (error instanceof PlatformError && error.kind === "rejected") return [];
    throw error;
  });
}
