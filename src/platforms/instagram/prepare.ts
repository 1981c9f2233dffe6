/** Facts the compose form shows: whose account it is, and how many posts are left. */
import { z } from "zod";
import { PlatformError, type Session } from "../contract.ts";
import { maybe, numeric } from "../shared/meta/index.ts";
import { ask } from "./client.ts";
import { mayComment, wayOf } from "./ways.ts";

const preparation = z.object({
  name: z.string(),
  handle: z.string(),
  avatarUrl: z.string().nullable(),
  /** Posts by apps in the last 24 hours and how many are allowed; null when Instagram did not say. */
  quota: z.object({ used: z.number(), total: z.number() }).nullable(),
  mayComment: z.boolean(),
  /** Videos can be sent as bytes, without a public address. */
  takesBytes: z.boolean(),
});

export type Prepared = z.infer<typeof preparation>;
export type Quota = NonNullable<Prepared["quota"]>;

/** The preparation as this module wrote it; null for anything else. */
export function readPreparation(value: unknown): Prepared | null {
  const read = preparation.safeParse(value);
  return read.success ? read.data : null;
}

const face = z.object({
  username: maybe(z.string()),
  name: maybe(z.string()),
  profile_picture_url: maybe(z.string()),
});

/** Throws PlatformError when the account cannot be read; a missing quota does not keep anybody from composing. */
export async function prepare(session: Session): Promise<Prepared> {
  const query = { fields: "username,name,profile_picture_url" };
  const found = await ask(session, { method: "GET", path: `/${session.remoteId}`, query }, face);
  const quota = await readQuota(session).catch((error: unknown) => {
    if (error instanceof PlatformError && error.kind !== "signed_out") return null;
    throw error;
  });
  const handle = found.username ? `@${found.username}` : session.handle;
  return {
    name: found.name || found.username || session.handle,
    handle,
    avatarUrl: found.profile_picture_url ?? null,
    quota,
    mayComment: mayComment(session),
    takesBytes: wayOf(session) === "facebook",
  };
}

const limit = z.object({
  data: z.tuple([z.object({ quota_usage: numeric, config: z.object({ quota_total: numeric }) })], z.unknown()),
});

// 2026-11: guides say 100, the reference 50, old accounts have 25; so it is read and never assumed.
// https://developers.facebook.com/documentation/instagram-platform/instagram-graph-api/reference/ig-user/content_publishing_limit
export async function readQuota(session: Session, signal?: AbortSignal): Promise<Quota> {
  const path = `/${session.remoteId}/content_publishing_limit`;
  const { data } = await ask(session, { method: "GET", path, query: { fields: "quota_usage,config" }, signal }, limit);
  return { used: data[0].quota_usage, total: data[0].config.quota_total };
}
