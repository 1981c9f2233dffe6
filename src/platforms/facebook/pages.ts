/** What can be connected after consent: Pages the person may post to, each with a token of its own. */
import { z } from "zod";
import { PlatformError, type Destination, type Session } from "../contract.ts";
import {
  barredLast,
  call,
  grantedScopes,
  lastingToken,
  maybe,
  reachablePages,
  type Page,
} from "../shared/meta/index.ts";
import { COMMENT_SCOPE, oauth } from "./oauth.ts";
import { reelsToday } from "./reels.ts";

const POST_TASK = "CREATE_CONTENT";
const COMMENT_TASK = "MODERATE";
const SIDE_BY_SIDE = 8;

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
 * Right after consent every Page, those that cannot be posted to with the reason; for a Page that is connected already, that one, fresh.
 * Throws PlatformError: rejected, in words, when a permission is missing or no Page is left that can be posted to.
 */
export async function destinations(consented: Session): Promise<Destination[]> {
  if (consented.remoteId !== "") return [await connected(consented)];
  // What was asked for says nothing: boxes can be unticked one by one.
  const session = { ...consented, scopes: await grantedScopes(consented) };
  mustBeGranted(session);
  const pages = await reachablePages(session);
  if (!pages.some(isAble)) throw nothingToOffer(pages);
  const found: Destination[] = [];
  for (let from = 0; from < pages.length; from += SIDE_BY_SIDE) {
    const some = pages.slice(from, from + SIDE_BY_SIDE).map((page) => destinationOf(session, page));
    found.push(...(await Promise.all(some)));
  }
  if (found.some((one) => one.barred === undefined)) return barredLast(found);
  throw new PlatformError("rejected", {
    code: "page_token_expires",
    message: found.find((one) => one.barred)?.barred ?? "",
  });
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

function isAble(page: Page): boolean {
  return page.access_token !== undefined && mayPost(page);
}

async function destinationOf(session: Session, page: Page): Promise<Destination> {
  const shown: Destination = {
    remoteId: page.id,
    name: page.name || page.id,
    handle: page.username ? `@${page.username}` : page.name,
    avatarUrl: page.picture?.data.url ?? null,
  };
  if (!mayPost(page)) return { ...shown, barred: `${withoutTask} ${askForTask}` };
  if (page.access_token === undefined) return { ...shown, barred: withoutToken };
  try {
    const { tokens, personId } = await lastingToken(session, page);
    return { ...shown, extra: { tasks: page.tasks?.join(",") ?? "", personId }, tokens };
  } catch (error) {
    if (!(error instanceof PlatformError) || error.kind !== "rejected") throw error;
    return { ...shown, barred: `${error.message} ${error.remedy}` };
  }
}

const withoutTask = `Your role on this Page lacks the task Content (${POST_TASK}).`;
const askForTask =
  "Ask somebody with full control of the Page to give you that task under Page access, then connect again.";
const withoutToken =
  "Facebook gives no sign-in for this Page. Connect again and tick it in Facebook's dialog, or ask for full control of it.";

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
    remedy: askForTask,
  });
}

const shown = z.object({
  name: maybe(z.string()),
  username: maybe(z.string()),
  picture: maybe(z.object({ data: z.object({ url: maybe(z.string()) }) })),
});

export async function prepare(session: Session): Promise<FacebookPreparation> {
  const page = await unlessSignedOut(readPage(session));
  return {
    name: page?.name ?? session.handle,
    handle: page?.username ? `@${page.username}` : session.handle,
    avatarUrl: page?.picture?.data.url ?? null,
    mayComment: mayComment(session),
    reelsToday: await unlessSignedOut(reelsToday(session)),
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

/** Null for whatever Facebook or the line refuses, except for a lost sign-in, which a person must hear about. */
async function unlessSignedOut<T>(fact: Promise<T>): Promise<T | null> {
  return fact.catch((error: unknown) => {
    if (!(error instanceof PlatformError) || error.kind === "signed_out") throw error;
    return null;
  });
}
