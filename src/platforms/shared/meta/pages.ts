/** The Pages that a person can reach: their own, and those that a business portfolio lends them. */
import { z } from "zod";
import { PlatformError, type Session } from "../../contract.ts";
import { call } from "./client.ts";
import { graphId } from "./ids.ts";
import { listAll } from "./paging.ts";
import { inspectToken } from "./sign-in.ts";

const instagramAccount = z.object({
  id: graphId,
  username: z.string().optional(),
  name: z.string().optional(),
  profile_picture_url: z.string().optional(),
});

const page = z.object({
  id: graphId,
  name: z.string().default(""),
  username: z.string().optional(),
  access_token: z.string().min(1).optional(),
  tasks: z.array(z.string()).optional(),
  picture: z.object({ data: z.object({ url: z.string().optional() }) }).optional(),
  instagram_business_account: instagramAccount.optional(),
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
  const { targets } = await inspectToken(session, await session.accessToken());
  const missing = (targets ?? []).filter((id) => !known.some((one) => one.id === id && one.access_token));
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
    if (!before || (!before.access_token && one.access_token)) byId.set(one.id, one);
  }
  return [...byId.values()];
}

/** Nothing, where Meta refuses a list that not everybody has; any other problem is thrown on. */
async function unlessRefused<T>(list: Promise<T[]>): Promise<T[]> {
  return list.catch((error: unknown) => {
    if (error instanceof PlatformError && error.kind === "rejected") return [];
    throw error;
  });
}
