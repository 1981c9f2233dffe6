/** Stories of a photo, and the list of a Page's stories. */
import type { FastifyInstance } from "fastify";
import type { World } from "../world.ts";
import { callerOf, mustActAs, mustHave } from "../meta/gate.ts";
import { needed, pageOfList } from "../meta/params.ts";
import { answering } from "../meta/refusal.ts";
import { answered, pageEdge } from "./acting.ts";
import { usePhotos } from "./posts.ts";
import { facebookStore } from "./store.ts";
import { processVideos } from "./videos.ts";

export function storyRoutes(app: FastifyInstance, world: World): void {
  pageEdge(app, world, "photo_stories", async ({ page, params }) => {
    const id = world.digits(17);
    const [photo] = usePhotos(world, page.id, [needed(params, "photo_id")], id);
    const createdAt = world.now();
    facebookStore(world).stories.put(id, {
      id,
      pageId: page.id,
      mediaId: photo?.id ?? "",
      mediaType: "photo",
      createdAt,
    });
    world.show({
      platform: "facebook",
      id,
      remoteId: page.id,
      handle: page.username ? `@${page.username}` : page.name,
      title: "",
      text: "",
      visibility: "public",
      public: true,
      state: "live",
      url: `https://facebook.com/stories/${page.id}/${id}`,
      files: photo ? [photo.file] : [],
      createdAt,
      details: { kind: "story" },
    });
    // The number comes bare, longer than a JavaScript number holds.
    return answered(world, `{"success":true,"post_id":${id}}`);
  });

  app.get(
    "/graph.facebook.com/:version/:node/stories",
    answering(async (request) => {
      const { node } = request.params as { node: string };
      const token = callerOf(world, request, null, { platform: "facebook" });
      mustActAs(world, token, node, "ANALYZE");
      mustHave(token, "pages_read_engagement");
      processVideos(world);
      const since = Number((request.query as Record<string, string>)["since"] ?? 0) * 1000;
      const found = facebookStore(world)
        .stories.all()
        .filter((story) => story.pageId === node && story.createdAt >= since)
        .reverse();
      const list = found.map((story) => ({
        post_id: story.id,
        status: "PUBLISHED",
        creation_time: String(Math.floor(story.createdAt / 1000)),
        media_type: story.mediaType,
        media_id: story.mediaId,
        url: `https://facebook.com/stories/${node}/${story.id}`,
      }));
      return pageOfList(request, list);
    }),
  );
}
