/** Comments under a Page's posts and videos. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { World } from "../world.ts";
import { callerOf, mustActAs, mustHave } from "../meta/gate.ts";
import { fieldsOf, needed, pageOfList, paramsOf, type Params } from "../meta/params.ts";
import { answering, GraphRefusal, unseen } from "../meta/refusal.ts";
import { answered, mustBeShort } from "./acting.ts";
import { facebookStore, type Comment } from "./store.ts";

export function commentRoutes(app: FastifyInstance, world: World): void {
  const path = "/graph.facebook.com/:version/:node/comments";
  app.post(
    path,
    answering(async (request) => {
      const params = await paramsOf(world, request);
      const { target, pageId } = targetOf(world, request, params, "MODERATE");
      const message = mustBeShort(needed(params, "message"), 8000, "message");
      const id = `${target.split("_").at(-1)}_${world.digits(16)}`;
      const comment: Comment = { id, target, message, pageId, createdAt: world.now() };
      facebookStore(world).comments.put(id, comment);
      return answered(world, { id });
    }),
  );
  app.get(
    path,
    answering(async (request) => {
      const { target } = targetOf(world, request, null, "ANALYZE");
      fieldsOf(request, ["id", "message", "from", "created_time"], []);
      const found = facebookStore(world)
        .comments.all()
        .filter((comment) => comment.target === target)
        .reverse();
      return pageOfList(
        request,
        found.map(({ id, message }) => ({ id, message })),
      );
    }),
  );
}

function targetOf(world: World, request: FastifyRequest, params: Params | null, task: string) {
  const { node: target } = request.params as { node: string };
  const token = callerOf(world, request, params, { platform: "facebook" });
  if (token.kind !== "page") throw new GraphRefusal(1705, "(#1705) There was an error in posting to group");
  const { posts, videos } = facebookStore(world);
  const pageId = posts.get(target)?.pageId ?? videos.get(target)?.pageId;
  if (pageId === undefined || pageId !== token.pageId) throw unseen(target);
  mustActAs(world, token, pageId, task);
  mustHave(token, task === "MODERATE" ? "pages_manage_engagement" : "pages_read_user_content");
  return { target, pageId };
}
