/** Posts on a Page's feed: text, a link, or photos that were uploaded before. */
import type { FastifyInstance } from "fastify";
import type { World } from "../world.ts";
import { GraphRefusal, invalid } from "../meta/refusal.ts";
import type { SandboxPage } from "../meta/seeds.ts";
import { answered, mustBeShort, pageEdge, type Act } from "./acting.ts";
import { makePost } from "./posts.ts";
import { facebookStore, type Post } from "./store.ts";

const MOST_CHARACTERS = 63_206;
const MOST_PHOTOS = 10;
const MINUTE = 60_000;

export function feedRoutes(app: FastifyInstance, world: World): void {
  pageEdge(app, world, "feed", async ({ page, params }) => {
    const { message = "", link = "" } = params.values;
    const photoIds = attachedIn(params);
    if (message.trim() === "" && link === "" && photoIds.length === 0) {
      throw new GraphRefusal(197, "(#197) The post is empty. Please enter a message to share.");
    }
    mustBeShort(message, MOST_CHARACTERS, "message");
    if (link !== "") mustBeLink(world, link);
    if (link !== "" && photoIds.length > 0) throw invalid("A post takes either a link or attached media.");
    if (params.values["published"] === "false") return hidden(world, page, params.values, { message, link });
    mustNotRepeat(world, page.id, { message, link, photoIds });
    const post = makePost(world, page, { message, link, photoIds });
    return answered(world, { id: post.id });
  });
}

/** `attached_media` as JSON, or as attached_media[0], attached_media[1]… */
function attachedIn({ values }: Act["params"]): string[] {
  const indexed = Object.keys(values)
    .filter((name) => /^attached_media\[\d+\]$/.test(name))
    .map((name) => values[name] ?? "");
  const texts = values["attached_media"] === undefined ? indexed : [values["attached_media"]];
  let found: Array<{ media_fbid?: unknown }>;
  try {
    found = texts.flatMap((text) => JSON.parse(text) as { media_fbid?: unknown });
  } catch {
    throw invalid("attached_media must be a list of objects.");
  }
  const ids = found.map(({ media_fbid: id }) => String(id ?? ""));
  if (ids.length > MOST_PHOTOS) throw invalid("Too many attached media.");
  return ids;
}

function mustBeLink(world: World, link: string): void {
  const url = URL.canParse(link) ? new URL(link) : null;
  if (!url || !/^https?:$/.test(url.protocol) || !url.hostname.includes(".") || url.username !== "") {
    throw new GraphRefusal(1500, "(#1500) The url you supplied is invalid");
  }
  if (/(^|\.)(facebook\.com|fb\.com|fb\.me)$/.test(url.hostname)) {
    throw new GraphRefusal(200, "(#200) Links to facebook.com are not supported", { subcode: 1609008 });
  }
  if (world.behaviour("facebook", "link") === "unreadable") {
    throw new GraphRefusal(100, "Invalid parameter", {
      subcode: 1609005,
      title: "Link error",
      words: "We couldn't get the data for this link.",
    });
  }
}

function mustNotRepeat(world: World, pageId: string, wanted: Pick<Post, "message" | "link" | "photoIds">): void {
  const last = facebookStore(world)
    .posts.all()
    .findLast((post) => post.pageId === pageId && post.published);
  if (!last || wanted.photoIds.length > 0 || last.photoIds.length > 0 || last.videoId !== "") return;
  if (last.message.trim() !== wanted.message.trim() || last.link !== wanted.link) return;
  throw new GraphRefusal(506, "Duplicate status message");
}

/** Unseen, perhaps with a time at which Facebook would show it. */
function hidden(
  world: World,
  page: SandboxPage,
  values: Record<string, string>,
  what: Pick<Post, "message" | "link">,
): object {
  const time = values["scheduled_publish_time"];
  if (time !== undefined) {
    const ahead = Number(time) * 1000 - world.now();
    if (!(ahead >= 10 * MINUTE && ahead <= 30 * 24 * 60 * MINUTE)) {
      throw invalid("The specified scheduled publish time is invalid.", 1363162);
    }
  }
  const id = `${page.id}_${world.digits(17)}`;
  const rest = { pageId: page.id, photoIds: [], videoId: "", createdAt: world.now(), published: false };
  facebookStore(world).posts.put(id, { id, ...what, ...rest });
  return { id };
}
