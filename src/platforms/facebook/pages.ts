/** What can be connected after consent: Pages the person may post to, each with a token of its own. */
import { z } from "zod";
import { PlatformError, type Destination, type Session, type TokenSet } from "../contract.ts";
import { call, grantedScopes, inspectToken, listAll, reachablePages, type Page } from "../shared/meta/index.ts";
import { facts } from "./limits.ts";
import { COMMENT_SCOPE, oauth } from "./oauth.ts";

const POST_TASK = "CREATE_CONTENT";
const COMMENT_TASK = "MODERATE";
const SIDE_BY_SIDE = 8;
const DAY_MS = 24 * 3_600_000;

/** Facts for the form. */
export interface FacebookPreparation {
  name: string;
  handle: string;
  avatarUrl: string | null;
  /** False when the person's role or a missing permission forbids comments. */
  mayComment: boolean;
  /** Reels of the last 24 hours, whoever made them; null = not known. */
  reelsToday: number | null;
}

/**
 * Right after consent every Page that can be posted to; for a Page that is connected already, that one, fresh.
 * Throws PlatformError: rejected, in words, when a permission is missing or no Page is left that can be posted to.
 */
export async function destinations(consented: Session): Promise<Destination[]> {
  if (consented.remoteId !== "") return [await connected(consented)];
  // What was asked for says nothing: boxes can be unticked one by one.
  const session = { ...consented, scopes: await grantedScopes(consented) };
  mustBeGranted(session);
  const pages = await reachablePages(session);
  const able = pages.filter((page) => page.access_token !== undefined && mayPost(page));
  if (able.length === 0) throw nothingToOffer(pages);
  const offered: Destination[] = [];
  for (let from = 0; from < able.length; from += SIDE_BY_SIDE) {
    const some = able.slice(from, from + SIDE_BY_SIDE).map((page) => destinationOf(session, page));
    offered.push(...(await Promise.all(some)));
  }
  return offered;
}

async function connected(session: Session): Promise<Destination> {
  const { name, username, picture } = await readPage(session);
  return {
    remoteId: session.remoteId,
    name: name ?? session.handle,
    handle: username ? `@${username}` : (name ?? session.handle),
    avatarUrl: picture?.data.url ?? null,
  };
}

function mustBeGranted(session: Session): void {
  const missing = oauth.scopes.filter((scope) => scope.required && !session.scopes.includes(scope.id));
  if (missing.length === 0) return;
  throw new PlatformError("rejected", {
    code: "scope_missing",
    message: `Facebook was not allowed to let Postern ${missing.map((scope) => scope.words).join(" and ")}.`,
    remedy: "Connect again and leave every box ticked.",
  });
}

/** Where Meta names no tasks at all, the Page's own token is the proof. */
function mayPost({ tasks }: Page): boolean {
  return tasks === undefined || tasks.includes(POST_TASK);
}

async function destinationOf(session: Session, page: Page): Promise<Destination> {
  return {
    remoteId: page.id,
    name: page.name || page.id,
    handle: page.username ? `@${page.username}` : page.name,
    avatarUrl: page.picture?.data.url ?? null,
    extra: { tasks: page.tasks?.join(",") ?? "" },
    tokens: await lastingToken(session, page),
  };
}

/** A Page token made from a short sign-in would die within hours, and every post after it: such a one is not kept. */
async function lastingToken(session: Session, page: Page): Promise<TokenSet> {
  const accessToken = page.access_token ?? "";
  const facts = await inspectToken(session, accessToken);
  if (!facts.valid || (facts.expiresAt !== null && facts.type !== "SYSTEM_USER")) {
    throw new PlatformError("rejected", {
      code: "page_token_expires",
      message: `Facebook gave a sign-in for ${page.name} that would soon end.`,
      remedy: "Connect again. If it stays so, an administrator checks the app id and secret.",
    });
  }
  return {
    accessToken,
    accessExpiresAt: facts.expiresAt,
    refreshToken: null,
    refreshExpiresAt: null,
    scopes: [...session.scopes],
  };
}

function nothingToOffer(pages: readonly Page[]): PlatformError {
  if (pages.length === 0) {
    return new PlatformError("rejected", {
      code: "no_page",
      message: "Facebook shows no Page that you manage.",
      remedy:
        "Connect again and tick the Page in Facebook's dialog. A profile of a person cannot be connected, only a Page; for one in a business portfolio leave the permission for portfolios ticked.",
    });
  }
  const names = pages.map((page) => page.name || page.id).join(", ");
  return new PlatformError("rejected", {
    code: "task_missing",
    message: `You may not post to ${names}: your role on the Page lacks the task Content (${POST_TASK}).`,
    remedy: "Ask somebody with full control of the Page to give you that task under Page access, then connect again.",
  });
}

const shown = z.object({
  name: z.string().optional(),
  username: z.string().optional(),
  picture: z.object({ data: z.object({ url: z.string().optional() }) }).optional(),
});
const reel = z.object({ created_time: z.string().optional() });

export async function prepare(session: Session): Promise<FacebookPreparation> {
  const page = await unlessSignedOut(readPage(session));
  return {
    name: page?.name ?? session.handle,
    handle: page?.username ? `@${page.username}` : session.handle,
    avatarUrl: page?.picture?.data.url ?? null,
    mayComment: mayComment(session),
    reelsToday: await unlessSignedOut(reelsSince(session, session.now() - DAY_MS)),
  };
}

async function readPage(session: Session): Promise<z.infer<typeof shown>> {
  const query = { fields: "name,username,picture{url}" };
  return (await call(session, { method: "GET", path: `/${session.remoteId}`, query }, shown)).data;
}

function mayComment({ scopes, extra }: Session): boolean {
  const tasks = extra["tasks"] ?? "";
  return scopes.includes(COMMENT_SCOPE) && (tasks === "" || tasks.split(",").includes(COMMENT_TASK));
}

async function reelsSince(session: Session, since: number): Promise<number> {
  const query = { fields: "created_time", limit: facts.maxReelsPerDay + 1 };
  const reels = await listAll(session, { path: `/${session.remoteId}/video_reels`, query }, reel, () => true);
  return reels.filter(({ created_time: at }) => at !== undefined && Date.parse(at) >= since).length;
}

/** Null for whatever Facebook or the line refuses, except for a lost sign-in, which a person must hear about. */
async function unlessSignedOut<T>(fact: Promise<T>): Promise<T | null> {
  return fact.catch((error: unknown) => {
    if (!(error instanceof PlatformError) || error.kind === "signed_out") throw error;
    return null;
  });
}
