/** Reads the numbers of published posts: which ones there are depends on what the post is. */
import { z } from "zod";
import { PlatformError, type Metrics, type Session } from "../contract.ts";
import { maybe } from "../shared/meta/index.ts";
import { ask } from "./client.ts";

const node = z.object({
  media_product_type: maybe(z.string()),
  like_count: maybe(z.number()),
  comments_count: maybe(z.number()),
});
const insights = z.object({
  data: z.array(
    z.object({
      name: z.string(),
      values: maybe(z.array(z.object({ value: z.unknown() }))),
      total_value: maybe(z.object({ value: z.unknown() })),
    }),
  ),
});

/** One name that a post does not have fails the whole call, so each kind of post is asked for its own. */
// 2026-11: https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-media/insights
const NAMES: Readonly<Record<string, readonly string[]>> = {
  FEED: ["views", "likes", "comments", "shares"],
  REELS: ["views", "likes", "comments", "shares"],
  STORY: ["views", "replies", "shares"],
};

/** Readings by post id; null for a post that Instagram no longer shows or has too few viewers to count. */
export async function metrics(session: Session, remoteIds: readonly string[]): Promise<Record<string, Metrics | null>> {
  const readings: Record<string, Metrics | null> = {};
  for (const id of remoteIds) {
    readings[id] = await reading(session, id).catch((error: unknown) => {
      if (error instanceof PlatformError && error.kind === "rejected") return null;
      throw error;
    });
  }
  return readings;
}

async function reading(session: Session, id: string): Promise<Metrics | null> {
  const fields = "media_product_type,like_count,comments_count";
  const post = await ask(session, { method: "GET", path: `/${id}`, query: { fields } }, node);
  const names = NAMES[post.media_product_type ?? "FEED"] ?? NAMES["FEED"]!;
  const values = await valuesOf(session, id, names);
  const value = (name: string) => values.get(name) ?? null;
  return {
    views: value("views"),
    likes: value("likes") ?? post.like_count ?? null,
    comments: value("comments") ?? value("replies") ?? post.comments_count ?? null,
    shares: value("shares"),
  };
}

async function valuesOf(session: Session, id: string, names: readonly string[]): Promise<Map<string, number>> {
  try {
    return await ask(session, insightsOf(id, names), insights).then(numbers);
  } catch (error) {
    if (!(error instanceof PlatformError) || error.kind !== "rejected") throw error;
    // Too few viewers, or no permission: no single number would come either.
    if (!/^100(\/|$)/.test(error.code) || names.length === 1) return new Map();
    const single = await Promise.all(names.map((name) => valuesOf(session, id, [name])));
    return new Map(single.flatMap((values) => [...values]));
  }
}

function insightsOf(id: string, names: readonly string[]) {
  return { method: "GET" as const, path: `/${id}/insights`, query: { metric: names.join(",") } };
}

function numbers({ data }: z.infer<typeof insights>): Map<string, number> {
  const found = new Map<string, number>();
  for (const { name, values, total_value: total } of data) {
    const value = total?.value ?? values?.at(-1)?.value;
    if (typeof value === "number") found.set(name, value);
  }
  return found;
}
