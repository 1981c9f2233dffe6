/** Reading accounts, their posts and stories, single objects by id, and numbers. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { drawAvatar } from "../avatar.ts";
import { readNodes } from "../meta/nodes.ts";
import { fieldsOf, pageOfList } from "../meta/params.ts";
import { answering, GraphRefusal, invalid, unseen } from "../meta/refusal.ts";
import { pictureOf } from "../meta/seeds.ts";
import type { World } from "../world.ts";
import { containerJson, mustBeReadable } from "./status.ts";
import { accountFor, callerBehind, callerOf, isInstagramId, mustMay, nodeOf, onBoth, type Caller } from "./gate.ts";
import { accountOf, type Account } from "./seeds.ts";
import { instagramStore, type Media } from "./store.ts";

const DAY = 24 * 3_600_000;
const ACCOUNT = ["id", "username", "name", "profile_picture_url", "followers_count", "media_count", "media", "stories"];
const OWN_ACCOUNT = [...ACCOUNT, "user_id", "account_type"];
const CONTAINER = ["id", "status_code", "status", "copyright_check_status"];
const MEDIA = [
  "id",
  "caption",
  "permalink",
  "shortcode",
  "timestamp",
  "media_type",
  "media_product_type",
  "like_count",
  "comments_count",
  "username",
];

export function readRoutes(app: FastifyInstance, world: World): void {
  const own = "graph.instagram.com";
  app.get(
    `/${own}/:version/me`,
    answering(async (request) => {
      const caller = callerOf(world, request, own);
      return accountJson(world, request, accountFor(caller, caller.accountIds[0] ?? "", "basic"), caller);
    }),
  );
  app.get(
    `/${own}/:version/:node`,
    answering(async (request) => {
      const found = nodeJson(world, request, callerOf(world, request, own), nodeOf(request));
      if (!found) throw unseen(nodeOf(request));
      return found;
    }),
  );
  readNodes(app, (request, token, id) =>
    isInstagramId(id) ? nodeJson(world, request, callerBehind(token), id) : undefined,
  );
  onBoth(app, "GET", "media", async (request, host) => {
    const account = accountFor(callerOf(world, request, host), nodeOf(request), "basic");
    return mediaList(world, request, account, (one) => one.productType !== "STORY");
  });
  onBoth(app, "GET", "stories", async (request, host) => {
    const account = accountFor(callerOf(world, request, host), nodeOf(request), "basic");
    return mediaList(
      world,
      request,
      account,
      (one) => one.productType === "STORY" && world.now() - one.publishedAt < DAY,
    );
  });
  onBoth(app, "GET", "insights", async (request, host) => insights(world, request, callerOf(world, request, host)));
}

/** Instagram serves profile pictures to anybody who has the address. */
export function pictureRoutes(app: FastifyInstance): void {
  app.get<{ Params: { file: string } }>("/scontent.cdninstagram.com/sandbox/:file", async (request, reply) =>
    reply.type("image/jpeg").send(await drawAvatar(request.params.file)),
  );
}

function nodeJson(world: World, request: FastifyRequest, caller: Caller, id: string): object | undefined {
  if (accountOf(id)) return accountJson(world, request, accountFor(caller, id, "basic"), caller);
  const { containers, media } = instagramStore(world);
  const container = containers.get(id);
  if (container && caller.accountIds.includes(container.accountId)) {
    return containerJson(world, container, fieldsOf(request, CONTAINER, ["id"]));
  }
  const post = media.get(id);
  if (!post || !caller.accountIds.includes(post.accountId)) return undefined;
  mustBeReadable(world, id);
  return mediaJson(world, post, fieldsOf(request, MEDIA, ["id"]));
}

function accountJson(world: World, request: FastifyRequest, account: Account, caller: Caller): object {
  const known = caller.host === "graph.instagram.com" ? OWN_ACCOUNT : ACCOUNT;
  const posts = postsOf(world, account);
  const below = (some: Media[]) => ({ data: some.slice(0, 50).map((post) => mediaJson(world, post, MEDIA)) });
  const all: Record<string, unknown> = {
    id: caller.host === "graph.instagram.com" ? account.appScopedId : account.id,
    user_id: account.id,
    username: account.username,
    name: account.name,
    account_type: account.type,
    profile_picture_url: pictureOf(account.username),
    followers_count: account.followers,
    media_count: posts.length,
    media: below(posts.filter((post) => post.productType !== "STORY")),
    stories: below(posts.filter((post) => post.productType === "STORY")),
  };
  return pick(all, fieldsOf(request, known, ["id"]));
}

function postsOf(world: World, account: Account): Media[] {
  return instagramStore(world)
    .media.all()
    .filter((one) => one.accountId === account.id)
    .reverse();
}

function mediaList(world: World, request: FastifyRequest, account: Account, fits: (one: Media) => boolean): object {
  const fields = fieldsOf(request, MEDIA, ["id"]);
  const since = Number((request.query as Record<string, string>)["since"] ?? 0) * 1000;
  const found = postsOf(world, account).filter((one) => fits(one) && one.publishedAt >= since);
  return pageOfList(
    request,
    found.map((one) => mediaJson(world, one, ["id", ...fields])),
  );
}

function mediaJson(world: World, post: Media, fields: readonly string[]): object {
  const all: Record<string, unknown> = {
    id: post.id,
    caption: post.caption || undefined,
    permalink: post.permalink,
    shortcode: post.permalink.split("/").at(-2),
    // Without a colon in the offset, as it comes from the real one.
    timestamp: new Date(post.publishedAt).toISOString().replace(/\.\d+Z$/, "+0000"),
    media_type: post.mediaType,
    media_product_type: post.productType,
    like_count: Math.floor(viewsOf(world, post) / 20),
    comments_count: instagramStore(world)
      .comments.all()
      .filter((one) => one.mediaId === post.id).length,
    username: accountOf(post.accountId)?.username,
  };
  return pick(all, fields);
}

const NAMES: Readonly<Record<Media["productType"], readonly string[]>> = {
  FEED: ["views", "reach", "likes", "comments", "saved", "shares", "total_interactions", "follows", "profile_visits"],
  REELS: ["views", "reach", "likes", "comments", "saved", "shares", "total_interactions", "ig_reels_avg_watch_time"],
  STORY: ["views", "reach", "replies", "shares", "navigation", "profile_visits", "follows", "total_interactions"],
};

function insights(world: World, request: FastifyRequest, caller: Caller): object {
  const post = instagramStore(world).media.get(nodeOf(request));
  if (!post || !caller.accountIds.includes(post.accountId)) throw unseen(nodeOf(request));
  mustMay(caller, "insights");
  const asked = ((request.query as Record<string, string>)["metric"] ?? "").split(",");
  const known = NAMES[post.productType];
  const unknown = asked.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw invalid(`The Media Insights API does not support the ${unknown} metric for this media.`);
  const views = viewsOf(world, post);
  if (post.productType === "STORY" && views < 5) {
    throw new GraphRefusal(10, "(#10) Not enough viewers for the media to show insights");
  }
  const shares: Record<string, number> = { views: 1, likes: 20, comments: 90, replies: 90, shares: 60 };
  return {
    data: asked.map((name) => ({
      name,
      period: "lifetime",
      values: [{ value: Math.floor(views / (shares[name] ?? 2)) }],
      title: name,
      id: `${post.id}/insights/${name}/lifetime`,
    })),
  };
}

/** Numbers that grow with a post's age. */
function viewsOf(world: World, post: Media): number {
  return Math.floor((world.now() - post.publishedAt) / 60_000) * (1 + (Number(post.id.slice(-2)) % 7));
}

function pick(all: Record<string, unknown>, names: readonly string[]): object {
  return Object.fromEntries(names.map((name) => [name, all[name]]));
}
