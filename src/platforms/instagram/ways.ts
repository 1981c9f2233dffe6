/** Which of the two ways a channel was signed in by: it decides the host, the proof, and how videos travel. */
import type { Session } from "../contract.ts";
import { GRAPH, GRAPH_INSTAGRAM } from "../shared/meta/index.ts";

/** "instagram": by Instagram's own sign-in. "facebook": through a Facebook Page that the account is linked to. */
export type Way = "instagram" | "facebook";

/** The second way's name, as it is kept in `extra.way`; the first is "". */
export const FACEBOOK_WAY = "facebook";

/** The way of a channel. Right after consent nothing is kept yet, and the granted scopes tell. */
export function wayOf(session: Pick<Session, "extra" | "scopes">): Way {
  const kept = session.extra["way"];
  if (kept !== undefined) return kept === FACEBOOK_WAY ? "facebook" : "instagram";
  return session.scopes.includes("instagram_basic") ? "facebook" : "instagram";
}

// 2026-11: a token of one host is refused by the other with "Cannot parse access token" (190).
// https://developers.facebook.com/docs/instagram-platform/overview
export function baseOf(session: Pick<Session, "extra" | "scopes">): string {
  return wayOf(session) === "facebook" ? GRAPH : GRAPH_INSTAGRAM;
}

/** The permission that writes and reads comments, by way. */
export const COMMENT_SCOPES: readonly string[] = ["instagram_business_manage_comments", "instagram_manage_comments"];

export function mayComment(session: Pick<Session, "scopes">): boolean {
  return session.scopes.some((scope) => COMMENT_SCOPES.includes(scope));
}
