/** The Display API: a creator's public posts, listed or asked for by id, and the page a link opens. */
import type { FastifyInstance } from "fastify";
import { jsonBody } from "../bodies.ts";
import { escapeHtml, sandboxPage } from "../html.ts";
import type { World } from "../world.ts";
import type { Creator } from "./creators.ts";
import { settle } from "./progress.ts";
import { permalink } from "./record.ts";
import { guarded, invalid, type Call } from "./replies.ts";
import { tiktokStore, type Task } from "./store.ts";

const FIELDS = [
  "id",
  "create_time",
  "cover_image_url",
  "share_url",
  "embed_html",
  "embed_link",
  "video_description",
  "title",
  "duration",
  "height",
  "width",
  "like_count",
  "comment_count",
  "share_count",
  "view_count",
];

export function videoRoutes(app: FastifyInstance, world: World): void {
  app.post(
    "/open.tiktokapis.com/v2/video/list/",
    guarded(world, { name: "video/list", scopes: ["video.list"], perMinute: 600 }, (call) => {
      const fields = askedFields(call);
      const body = jsonBody(call.request) ?? {};
      const most = body["max_count"] ?? 10;
      if (!Number.isInteger(most) || Number(most) < 1 || Number(most) > 20) throw invalid("max_count is invalid");
      const before = typeof body["cursor"] === "number" ? body["cursor"] : Infinity;
      const older = published(world, call.creator).filter((task) => (task.completedAt ?? 0) < before);
      const page = older.slice(0, Number(most));
      return {
        videos: page.map((task) => video(world, task, fields)),
        cursor: page.at(-1)?.completedAt ?? world.now(),
        has_more: older.length > page.length,
      };
    }),
  );
  app.post(
    "/open.tiktokapis.com/v2/video/query/",
    guarded(world, { name: "video/query", scopes: ["video.list"], perMinute: 600 }, (call) => {
      const fields = askedFields(call);
      const filters = jsonBody(call.request)?.["filters"] as { video_ids?: unknown } | undefined;
      const ids = filters?.video_ids;
      if (!Array.isArray(ids) || ids.length === 0 || ids.length > 20) throw invalid("video_ids is invalid");
      const found = published(world, call.creator).filter((task) => ids.includes(task.postId));
      return { videos: found.map((task) => video(world, task, fields)) };
    }),
  );
  app.get<{ Params: { handle: string; id: string } }>("/www.tiktok.com/:handle/:kind/:id", async (request, reply) => {
    const task = tiktokStore(world)
      .tasks.all()
      .find((one) => one.postId === request.params.id);
    const text = task ? String(task.post["title"] ?? task.post["description"] ?? "") : "Video currently unavailable";
    const body = `<header class="head"><h1>${escapeHtml(request.params.handle)}</h1></header><p class="serif">${escapeHtml(text)}</p>`;
    // TikTok answers 200 even for a post that does not exist.
    return reply.type("text/html").send(sandboxPage("TikTok", body));
  });
}

function askedFields({ request }: Call): string[] {
  const fields = String((request.query as Record<string, unknown>)["fields"] ?? "").split(",");
  if (!fields.every((field) => FIELDS.includes(field))) throw invalid("Fields is required.");
  return fields;
}

/** Public posts of one creator, newest first. */
function published(world: World, creator: Creator): Task[] {
  return tiktokStore(world)
    .tasks.all()
    .filter((task) => task.creatorId === creator.openId)
    .map((task) => settle(world, task))
    .filter((task) => task.state === "complete" && task.postId !== null)
    .sort((a, b) => (b.completedAt ?? 0) - (a.completedAt ?? 0));
}

function video(world: World, task: Task, fields: string[]): Record<string, unknown> {
  const id = task.postId ?? "";
  const views = 40 + Number(id.slice(-3)) + Math.floor((world.now() - (task.completedAt ?? 0)) / 20_000);
  const text = String(task.post["description"] ?? task.post["title"] ?? "").slice(0, 150);
  const all: Record<string, unknown> = {
    id,
    create_time: Math.floor((task.receivedAt ?? task.openedAt) / 1000),
    cover_image_url: `https://p16-sign.tiktokcdn.com/sandbox/${id}.jpeg?x-expires=21600`,
    share_url: permalink(task),
    embed_html: "",
    embed_link: `https://www.tiktok.com/embed/v2/${id}`,
    video_description: text,
    title: String(task.post["title"] ?? "").slice(0, 150),
    duration: 5,
    height: 1920,
    width: 1080,
    like_count: Math.floor(views / 11),
    comment_count: Math.floor(views / 90),
    share_count: Math.floor(views / 140),
    view_count: views,
  };
  return Object.fromEntries(fields.map((field) => [field, all[field]]));
}
