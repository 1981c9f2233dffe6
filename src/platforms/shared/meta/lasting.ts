/** The sign-in that a Page brings: kept only when it lasts, and given back only when nothing else lives on it. */
import { z } from "zod";
import { PlatformError, type Destination, type Session, type TokenSet } from "../../contract.ts";
import { appToken, call } from "./client.ts";
import type { Page } from "./pages.ts";
import { inspectToken } from "./sign-in.ts";

export interface PageSignIn {
  tokens: TokenSet;
  /** The person's id as this app sees it; "" where Meta does not say. Meta names it when they take access back. */
  personId: string;
}

/**
 * A Page token made from a short sign-in would die within hours, and every post after it.
 * Throws PlatformError: rejected for a token that would, else as `call` does.
 */
export async function lastingToken(session: Session, page: Page): Promise<PageSignIn> {
  const accessToken = page.access_token ?? "";
  const facts = await inspectToken(session, accessToken);
  if (!facts.valid || (facts.expiresAt !== null && facts.type !== "SYSTEM_USER")) {
    throw new PlatformError("rejected", {
      code: "page_token_expires",
      message: `Facebook gave a sign-in for ${page.name || page.id} that would soon end.`,
      remedy: "Connect again. If it stays so, an administrator checks the app id and secret.",
    });
  }
  const tokens = {
    accessToken,
    accessExpiresAt: facts.expiresAt,
    refreshToken: null,
    // 2026-11: the token outlives this, the app's right to use it need not.
    // https://developers.facebook.com/docs/graph-api/reference/debug_token/
    refreshExpiresAt: facts.dataAccessEndsAt,
    scopes: [...session.scopes],
  };
  return { tokens, personId: facts.userId ?? "" };
}

/** What can be connected first, what cannot after it; else as Meta lists them. */
export function barredLast(found: readonly Destination[]): Destination[] {
  return [...found.filter((one) => one.barred === undefined), ...found.filter((one) => one.barred !== undefined)];
}

const done = z.object({ success: z.literal(true) }).or(z.literal(true));

// 2026-11: a Page's token may not withdraw anything, the app's own may, but only for a person as a whole.
// https://developers.facebook.com/docs/graph-api/reference/user/permissions
/**
 * Deauthorises the app for the person when the grant covers `ids` and nothing else, and holds no scope that
 * matches `foreign`: another platform's channel would live on it. Returns false, with nothing changed, when it covers more. Throws as `call` does.
 */
export async function withdrawGrant(
  session: Session,
  own: { ids: readonly string[]; foreign: RegExp },
): Promise<boolean> {
  const facts = await inspectToken(session, await session.accessToken());
  // A token that Facebook no longer accepts is as withdrawn as it can be.
  if (!facts.valid) return true;
  const only = facts.targets?.every((id) => own.ids.includes(id)) ?? false;
  const shared = facts.scopes.some((scope) => own.foreign.test(scope));
  if (!only || shared || facts.userId === null) return false;
  await call(session, { method: "DELETE", path: `/${facts.userId}/permissions`, token: appToken(session) }, done);
  return true;
}
