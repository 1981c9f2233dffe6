/** Who a channel is, and what TikTok lets its creator choose right now. */
import { z } from "zod";
import { PlatformError, type Destination, type Session } from "../contract.ts";
import { asObject, call, count, text, unreadable, yes, type Json } from "./client.ts";

const creator = z.object({
  nickname: z.string(),
  username: z.string(),
  avatarUrl: z.string().nullable(),
  privacyLevels: z.array(z.string()),
  commentDisabled: z.boolean(),
  duetDisabled: z.boolean(),
  stitchDisabled: z.boolean(),
  maxVideoSeconds: z.number().nullable(),
});

const preparation = z.object({
  /** Null when posting directly was not allowed at consent, or TikTok blocks it now. */
  creator: creator.nullable(),
  header: z.object({ name: z.string(), handle: z.string(), avatarUrl: z.string().nullable() }),
  canPostDirectly: z.boolean(),
  canSendDrafts: z.boolean(),
  /** Why TikTok takes no direct post at the moment. */
  block: z.object({ code: z.string(), message: z.string(), remedy: z.string() }).nullable(),
});

export type Creator = z.infer<typeof creator>;
export type Prepared = z.infer<typeof preparation>;

/** The preparation as this module wrote it; null for anything else. */
export function readPreparation(value: unknown): Prepared | null {
  const read = preparation.safeParse(value);
  return read.success ? read.data : null;
}

const FIELDS_BY_SCOPE: Readonly<Record<string, readonly string[]>> = {
  "user.info.basic": ["open_id", "union_id", "avatar_url", "display_name"],
  "user.info.profile": ["username"],
};

/** user/info with only those fields that were granted: one field too many fails the whole call. */
async function profile(session: Session): Promise<Json> {
  const fields = Object.entries(FIELDS_BY_SCOPE).flatMap(([scope, names]) =>
    session.scopes.includes(scope) ? names : [],
  );
  const data = await call(session, { method: "GET", path: "/v2/user/info/", query: { fields: fields.join(",") } });
  return asObject(data["user"]);
}

export async function destinations(session: Session): Promise<Destination[]> {
  const user = await profile(session);
  const username = text(user["username"]);
  const remoteId = text(user["open_id"]);
  if (remoteId === "") throw unreadable(200);
  return [
    {
      remoteId,
      name: text(user["display_name"]) || username || "TikTok account",
      handle: handleOf(username),
      avatarUrl: text(user["avatar_url"]) || null,
      extra: { username, unionId: text(user["union_id"]) },
    },
  ];
}

/** As TikTok shows it; "" when the name was not granted. */
function handleOf(username: string): string {
  return username === "" ? "" : `@${username}`;
}

/** What creator_info/query says now. Throws PlatformError: rate_limited or rejected when TikTok blocks posting. */
export async function creatorInfo(session: Session): Promise<Creator> {
  const data = await call(session, { method: "POST", path: "/v2/post/publish/creator_info/query/" });
  const levels = data["privacy_level_options"];
  return {
    nickname: text(data["creator_nickname"]),
    username: text(data["creator_username"]),
    avatarUrl: text(data["creator_avatar_url"]) || null,
    privacyLevels: Array.isArray(levels) ? levels.filter((level) => typeof level === "string") : [],
    commentDisabled: yes(data["comment_disabled"]),
    duetDisabled: yes(data["duet_disabled"]),
    stitchDisabled: yes(data["stitch_disabled"]),
    maxVideoSeconds: count(data["max_video_post_duration_sec"]),
  };
}

/** Codes with which TikTok says, at status 200, that nothing may be posted now. */
function isBlock(code: string): boolean {
  return code === "reached_active_user_cap" || code.startsWith("spam_risk");
}

/** Facts for the form. A block on posting is one of the facts; every other fault is thrown. */
export async function prepare(session: Session): Promise<Prepared> {
  const canPostDirectly = session.scopes.includes("video.publish");
  const facts = { canPostDirectly, canSendDrafts: session.scopes.includes("video.upload"), block: null, creator: null };
  if (!canPostDirectly) return { ...facts, header: await plainHeader(session) };
  try {
    const fresh = await creatorInfo(session);
    const header = { name: fresh.nickname, handle: handleOf(fresh.username), avatarUrl: fresh.avatarUrl };
    return { ...facts, header, creator: fresh };
  } catch (error) {
    if (!(error instanceof PlatformError) || !isBlock(error.code)) throw error;
    const { code, message, remedy } = error;
    return { ...facts, header: await plainHeader(session), block: { code, message, remedy } };
  }
}

async function plainHeader(session: Session): Promise<Prepared["header"]> {
  const [found] = await destinations(session);
  return { name: found?.name ?? "", handle: found?.handle ?? "", avatarUrl: found?.avatarUrl ?? null };
}
