/** What a Page can read of itself: posts, reels, one post or video, and numbers. */
import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { World } from "../world.ts";
import { callerOf, mustActAs, mustHave } from "../meta/gate.ts";
import { readNodes } from "../meta/nodes.ts";
import { fieldsOf, pageOfList } from "../meta/params.ts";
import { answering, GraphRefusal, invalid, unseen } from "../meta/refusal.ts";
import type { Token } from "../meta/store.ts";
import { facebookStore, type Post, type Video } from "./store.ts";
import { pathOf, postIdOf, processVideos, statusOf } from "./videos.ts";

const POST_FIELDS = [
  "id",
  "message",
  "created_time",
  "permalink_url",
  "is_published",
  "status_type",
  "attachments",
  "shares",
  "reactions",
  "comments",
];
const VIDEO_FIELDS = ["id", "status", "post_id", "permalink_url", "published", "title", "description", "created_time"];
const INSIGHTS = ["post_media_view", "post_total_media_view_unique", "post_clicks", "post_video_views"];

export function readRoutes(app: FastifyInstance, world: World): void {
  const graph = "/graph.facebook.com/:version/:node";
  const page = (request: FastifyRequest): string => {
    const { node } = request.params as { node: string };
    const token = callerOf(world, request, null, { platform: "facebook" });
    mustActAs(world, token, node, "ANALYZE");
    mustHave(token, "pages_read_engagement");
    processVideos(world);
    return node;
  };
  for (const edge of ["published_posts", "posts", "feed"]) {
    app.get(
      `${graph}/${edge}`,
      answering(async (request) => posts(world, request, page(request))),
    );
  }
  app.get(
    `${graph}/video_reels`,
    answering(async (request) => reels(world, request, page(request))),
  );
  app.get(
    `${graph}/insights`,
    answering(async (request) => insights(world, request)),
  );
  readNodes(app, (request, caller, id) => node(world, request, caller, id));
}

const timeOf = (at: number) => new Date(at).toISOString().replace(/\.\d+Z$/, "+0000");

/** The Page's posts, newest first; a lag can be switched on, and reels are never among them. */
function posts(world: World, request: FastifyRequest, pageId: string): object {
  const { videos, posts: all } = facebookStore(world);
  const since = Number((request.query as Record<string, string>)["since"] ?? 0) * 1000;
  const hidden = world.behaviour("facebook", "list") === "empty";
  const found = all
    .all()
    .filter((post) => post.pageId === pageId && post.published && post.createdAt >= since && !hidden)
    .filter((post) => videos.get(post.videoId)?.kind !== "reel")
    .reverse();
  return pageOfList(
    request,
    found.map((post) => postJson(request, post)),
  );
}

function postJson(request: FastifyRequest, post: Post): object {
  const all: Record<string, unknown> = {
    id: post.id,
    message: post.message || undefined,
    created_time: timeOf(post.createdAt),
    permalink_url: `https://www.facebook.com/${post.id}`,
    is_published: post.published,
    status_type: post.photoIds.length ? "added_photos" : "mobile_status_update",
    attachments: attachmentsOf(post),
    ...numbersOf(post.id, post.createdAt),
  };
  const chosen = fieldsOf(request, POST_FIELDS, ["created_time", "message", "id"]).map((name) => [name, all[name]]);
  return { ...Object.fromEntries(chosen), id: post.id };
}

/** One photo is the attachment itself; several are below an album. */
function attachmentsOf({ photoIds, videoId, link }: Post): object | undefined {
  const photos = photoIds.map((id) => ({ media_type: "photo", target: { id, url: `https://www.facebook.com/${id}` } }));
  if (photos.length === 1) return { data: photos };
  if (photos.length > 1) return { data: [{ media_type: "album", target: {}, subattachments: { data: photos } }] };
  if (videoId) return { data: [{ media_type: "video", target: { id: videoId } }] };
  if (!link) return undefined;
  const shimmed = `https://l.facebook.com/l.php?u=${encodeURIComponent(link)}`;
  return { data: [{ media_type: "link", unshimmed_url: link, target: { url: shimmed } }] };
}

function reels(world: World, request: FastifyRequest, pageId: string): object {
  fieldsOf(request, VIDEO_FIELDS, []);
  const found = facebookStore(world)
    .videos.all()
    .filter((video) => video.pageId === pageId && video.kind === "reel" && video.finishedAt !== null)
    .reverse();
  return pageOfList(
    request,
    found.map((video) => ({ id: video.id, created_time: timeOf(video.finishedAt ?? 0) })),
  );
}

function node(world: World, request: FastifyRequest, caller: Token, id: string): object | undefined {
  const { posts: all, videos } = facebookStore(world);
  processVideos(world);
  const video = videos.get(id);
  const post = all.get(id);
  const owner = video?.pageId ?? post?.pageId;
  if (owner === undefined) return undefined;
  if (caller.pageId !== owner || world.behaviour("facebook", "reading") === "missing") throw unseen(id);
  if (post) {
    const asked = (request.query as Record<string, string>)["fields"] ?? "";
    if (/reactions|comments/.test(asked)) mustHave(caller, "pages_read_user_content");
    return postJson(request, post);
  }
  return video && videoJson(request, video);
}

function videoJson(request: FastifyRequest, video: Video): object {
  const all: Record<string, unknown> = {
    id: video.id,
    status: statusOf(video),
    post_id: video.state === "live" && video.kind !== "story" ? postIdOf(video) : undefined,
    permalink_url: pathOf(video),
    published: video.state === "live",
    title: video.title || undefined,
    description: video.description || undefined,
    created_time: timeOf(video.openedAt),
  };
  const names = fieldsOf(request, VIDEO_FIELDS, ["id"]);
  return { ...Object.fromEntries(names.map((name) => [name, all[name]])), id: video.id };
}

/** Numbers of a post's own, always the same for the same post. */
function numbersOf(id: string, createdAt: number) {
  const [a = 0, b = 0, c = 0] = createHash("sha256").update(id).digest();
  return {
    shares: createdAt > 0 && c % 2 ? { count: c } : undefined,
    reactions: { data: [], summary: { total_count: a } },
    comments: { data: [], summary: { total_count: b, order: "ranked", can_comment: true } },
  };
}

function insights(world: World, request: FastifyRequest): object {
  const { node: id } = request.params as { node: string };
  const token = callerOf(world, request, null, { platform: "facebook" });
  if (token.kind !== "page") throw new GraphRefusal(190, "(#190) This method must be called with a Page Access Token");
  const post = facebookStore(world).posts.get(id);
  if (!post || post.pageId !== token.pageId) throw unseen(id);
  const names = ((request.query as Record<string, string>)["metric"] ?? "").split(",").filter(Boolean);
  if (names.length === 0) throw new GraphRefusal(3001, "(#3001) Invalid query", { subcode: 1504028 });
  if (names.some((name) => !INSIGHTS.includes(name))) throw invalid("The value must be a valid insights metric");
  // Without the permission there is no error, only nothing.
  if (!token.scopes.includes("read_insights")) return { data: [] };
  const count = createHash("sha256").update(`views ${id}`).digest().readUInt16BE();
  const data = names.map((name) => ({
    name,
    period: "lifetime",
    values: [{ value: name === "post_media_view" ? { organic: count, paid: 3 } : count }],
    title: name,
    description: "",
    id: `${id}/insights/${name}/lifetime`,
  }));
  return { data };
}
