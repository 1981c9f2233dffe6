/** Finds the professional accounts behind a sign-in, by both ways, and says in words why there may be none. */
import { z } from "zod";
import { PlatformError, type Destination, type Session } from "../contract.ts";
import { barredLast, graphId, lastingToken, maybe, reachablePages, type Page } from "../shared/meta/index.ts";
import { ask } from "./client.ts";
import { FACEBOOK_WAY, wayOf } from "./ways.ts";

const PROFESSIONAL =
  "In the Instagram app, open Settings, then Account type and tools, and switch to a professional account; it is free. Then connect again.";

/** What can be connected, and what cannot with the reason. Throws rejected, in words, when there is no account to post for. */
export async function destinations(session: Session): Promise<Destination[]> {
  return wayOf(session) === "facebook" ? linkedAccounts(session) : ownAccount(session);
}

const profile = z.object({
  user_id: graphId,
  id: maybe(graphId),
  username: z.string().catch(""),
  name: maybe(z.string()),
  account_type: z.string().catch(""),
  profile_picture_url: maybe(z.string()),
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

const LINKED = "{id,username,name,profile_picture_url}";

async function linkedAccounts(session: Session): Promise<Destination[]> {
  const fields = `instagram_business_account${LINKED},connected_instagram_account${LINKED}`;
  const pages = await reachablePages(session, fields);
  const found: Destination[] = [];
  for (const page of pages) {
    // 2026-11: for some Pages only the second is filled. https://developers.facebook.com/docs/graph-api/reference/page/
    const account = page.instagram_business_account ?? page.connected_instagram_account;
    if (account) found.push(await linked(session, page, account));
  }
  if (found.some((one) => one.barred === undefined)) return barredLast(found);
  if (found[0]) throw allBarred(found[0]);
  throw pages.length === 0 ? noPages() : notLinked(pages);
}

type Account = NonNullable<Page["instagram_business_account"]>;

async function linked(session: Session, page: Page, account: Account): Promise<Destination> {
  const username = account.username ?? "";
  const shown: Destination = {
    remoteId: account.id,
    name: account.name || username || page.name,
    handle: username ? `@${username}` : page.name,
    avatarUrl: account.profile_picture_url ?? null,
  };
  const mayPost = !page.tasks || page.tasks.some((task) => task === "MANAGE" || task === "CREATE_CONTENT");
  if (!mayPost || page.access_token === undefined) return { ...shown, barred: barredBy(page) };
  try {
    const { tokens, personId } = await lastingToken(session, page);
    const extra = { way: FACEBOOK_WAY, username, pageId: page.id, pageName: page.name, personId };
    return { ...shown, extra, tokens };
  } catch (error) {
    if (!(error instanceof PlatformError) || error.kind !== "rejected") throw error;
    return { ...shown, barred: `${error.message} ${error.remedy}` };
  }
}

function barredBy({ name, access_token: token }: Page): string {
  if (token === undefined) {
    return `Facebook gives no sign-in for the Page ${name} that it is linked to. Connect again and tick the Page in Facebook's dialog.`;
  }
  return `Your role on the Page ${name} that it is linked to lacks the task Content (CREATE_CONTENT). Ask somebody with full control of the Page for it, then connect again.`;
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

function allBarred({ handle, barred }: Destination): PlatformError {
  return new PlatformError("rejected", {
    code: "no_linked_account",
    message: `${handle} cannot be connected. ${barred ?? ""}`,
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
