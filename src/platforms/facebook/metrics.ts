/** Reads the numbers of published posts, one post at a time; Facebook gives some only to those who may ask. */
import { z } from "zod";
import { PlatformError, type Metrics, type Session } from "../contract.ts";
import { call, maybe, type Usage } from "../shared/meta/index.ts";
import { INSIGHTS_SCOPE } from "./oauth.ts";

/** Above this share of Meta's allowance only publishing goes on. */
const STOP_ABOVE_PERCENT = 95;
const PAUSE_MS = 30 * 60_000;

const total = maybe(z.object({ summary: maybe(z.object({ total_count: maybe(z.number()) })) }));
const counted = z.object({
  shares: maybe(z.object({ count: maybe(z.number()) })),
  reactions: total,
  comments: total,
});
const value = z.union([z.number(), z.record(z.string(), z.unknown())]);
const insights = z.object({
  data: z.array(z.object({ name: z.string(), values: z.array(z.object({ value: value.optional() })).default([]) })),
});

/**
 * Readings by post id; null for a post that Facebook no longer shows.
 * Throws PlatformError: signed_out, transient, and rate_limited also before Meta blocks.
 */
export async function metrics(session: Session, remoteIds: readonly string[]): Promise<Record<string, Metrics | null>> {
  const readings: Record<string, Metrics | null> = Object.fromEntries(remoteIds.map((id) => [id, null]));
  for (const id of remoteIds) readings[id] = await reading(session, id);
  return readings;
}

async function reading(session: Session, id: string): Promise<Metrics | null> {
  const fields = "shares,reactions.summary(total_count).limit(0),comments.summary(true).limit(0)";
  // A permission for the summaries alone may be missing: then at least the shares.
  const counts =
    (await read(session, `/${id}`, { fields }, counted)) ??
    (await read(session, `/${id}`, { fields: "shares" }, counted));
  const views = session.scopes.includes(INSIGHTS_SCOPE) ? await viewsOf(session, id) : null;
  if (counts === null && views === null) return null;
  return {
    views,
    likes: counts?.reactions?.summary?.total_count ?? null,
    comments: counts?.comments?.summary?.total_count ?? null,
    // A post that nobody shared has no counter at all, so nothing can be told from its absence.
    shares: counts?.shares?.count ?? null,
  };
}

/** 2026-06: the older impressions are gone. https://developers.facebook.com/docs/platforminsights/page */
async function viewsOf(session: Session, id: string): Promise<number | null> {
  const found = await read(session, `/${id}/insights`, { metric: "post_media_view" }, insights);
  const views = found?.data.find(({ name }) => name === "post_media_view")?.values.at(-1)?.value;
  if (views === undefined) return null;
  if (typeof views === "number") return views;
  // Paid and organic may come apart.
  return Object.values(views).reduce<number>((sum, part) => sum + (typeof part === "number" ? part : 0), 0);
}

/** Null where Facebook refuses this one reading. */
async function read<T>(
  session: Session,
  path: string,
  query: Record<string, string>,
  shape: z.ZodType<T>,
): Promise<T | null> {
  try {
    const { data, usage } = await call(session, { method: "GET", path, query }, shape);
    keepRoom(session, usage);
    return data;
  } catch (error) {
    if (error instanceof PlatformError && error.kind === "rejected") return null;
    throw error;
  }
}

function keepRoom(session: Session, { percent, regainMs }: Usage): void {
  if (percent < STOP_ABOVE_PERCENT) return;
  throw new PlatformError("rate_limited", {
    code: "usage",
    message: "Meta's allowance is nearly used up; what is left is kept for publishing.",
    remedy: "Nothing to do: the numbers are read later.",
    until: session.now() + (regainMs || PAUSE_MS),
  });
}
