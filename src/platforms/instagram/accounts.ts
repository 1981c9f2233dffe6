/** Finds the professional accounts behind a sign-in, by both ways, and says in words why there may be none. */
import { z } from "zod";
import { PlatformError, type Destination, type Session, type TokenSet } from "../contract.ts";
import { graphId, reachablePages, type Page } from "../shared/meta/index.ts";
import { ask } from "./client.ts";
import { FACEBOOK_WAY, wayOf } from "./ways.ts";

const PROFESSIONAL =
  "In the Instagram app, open Settings, then Account type and tools, and switch to a professional account; it is free. Then connect again.";

/** What can be connected. Throws rejected, in words, when there is no professional account. */
export async function destinations(session: Session): Promise<Destination[]> {
  return wayOf(session) === "facebook" ? linkedAccounts(session) : ownAccount(session);
}

const profile = z.object({
  user_id: graphId,
  id: graphId.optional(),
  username: z.string().default(""),
  name: z.string().optional(),
  account_type: z.string().default(""),
  profile_picture_url: z.string().optional(),
});
// 2026-11: the reference wraps the profile in `data`, the host answers it flat.
const profileReply = z.union([
  profile,
  z.object({ data: z.tuple([profile], z.unknown()) }).transform(({ data: [first] }) => first),
]);

async function ownAccount(session: Session): Promise<Destination[]> {
  const fields = "id,user_id,username,name,account_type,profile_picture_url";
  const found = await ask(session, { method: "GET", path: "/me", query: { fields } }, profileReply);
  const type = found.account_type.toUpperCase();
  if (type === "PERSONAL") throw personal(found.username);
  return [
    {
      // 2026-11: user_id is the account's id everywhere; `id` is another one for each app.
      // https://developers.facebook.com/documentation/instagram-platform/reference/me
      remoteId: found.user_id,
      name: found.name || found.username,
      handle: `@${found.username}`,
      avatarUrl: found.profile_picture_url ?? null,
      extra: { way: "", username: found.username, accountType: type, appScopedId: found.id ?? "" },
    },
  ];
}

const LINKED = "instagram_business_account{id,username,name,profile_picture_url}";

async function linkedAccounts(session: Session): Promise<Destination[]> {
  const pages = await reachablePages(session, LINKED);
  const found = pages.flatMap((page) => {
    const account = page.instagram_business_account;
    const mayPost = !page.tasks || page.tasks.some((task) => task === "MANAGE" || task === "CREATE_CONTENT");
    return account && page.access_token && mayPost
      ? [linked(page, account, pageTokens(session, page.access_token))]
      : [];
  });
  if (found.length > 0) return found;
  throw pages.length === 0 ? noPages() : notLinked(pages);
}

function linked(page: Page, account: NonNullable<Page["instagram_business_account"]>, tokens: TokenSet): Destination {
  const username = account.username ?? "";
  return {
    remoteId: account.id,
    name: account.name || username || page.name,
    handle: username ? `@${username}` : page.name,
    avatarUrl: account.profile_picture_url ?? null,
    extra: { way: FACEBOOK_WAY, username, pageId: page.id, pageName: page.name },
    tokens,
  };
}

/** A Page's token made from a long one ends only when Meta ends it. */
function pageTokens(session: Session, accessToken: string): TokenSet {
  return {
    accessToken,
    accessExpiresAt: null,
    refreshToken: null,
    refreshExpiresAt: null,
    scopes: [...session.scopes],
  };
}

function personal(username: string): PlatformError {
  return new PlatformError("rejected", {
    code: "personal_account",
    message: `${username ? `@${username}` : "This"} is a personal Instagram account, and Instagram lets apps post only for professional ones.`,
    remedy: PROFESSIONAL,
  });
}

function noPages(): PlatformError {
  return new PlatformError("rejected", {
    code: "no_pages",
    message: "This Facebook account shows Postern no Page, so there is no linked Instagram account either.",
    remedy:
      "Connect again and tick the Page at Facebook's consent. Without a Page, connect by Instagram's own sign-in instead.",
  });
}

function notLinked(pages: readonly Page[]): PlatformError {
  const names = pages.map((page) => page.name).slice(0, 5);
  return new PlatformError("rejected", {
    code: "no_linked_account",
    message: `No professional Instagram account that you may post for is linked to ${names.join(", ") || "your Pages"}.`,
    remedy: `Link the account in the Page's settings under Linked accounts, and ask for the right to create content. If the account is a personal one: ${PROFESSIONAL}`,
  });
}
