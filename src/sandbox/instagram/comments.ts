/** Comments under a post of one's own. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { needed, pageOfList, paramsOf } from "../meta/params.ts";
import { unseen } from "../meta/refusal.ts";
import type { World } from "../world.ts";
import { callerOf, mustMay, nodeOf, onBoth, type Caller } from "./gate.ts";
import { accountOf } from "./seeds.ts";
import { instagramStore, newId, type Media } from "./store.ts";

export function commentRoutes(app: FastifyInstance, world: World): void {
  const { comments } = instagramStore(world);
  onBoth(app, "POST", "comments", async (request, host) => {
    const params = await paramsOf(world, request);
    const caller = callerOf(world, request, host, params);
    mustMay(caller, "comments");
    const post = postFor(world, request, caller);
    const text = needed(params, "message");
    const id = newId(world, "1801");
    const username = accountOf(post.accountId)?.username ?? "";
    comments.put(id, { id, mediaId: post.id, username, text, at: world.now() });
    return { id };
  });
  onBoth(app, "GET", "comments", async (request, host) => {
    const caller = callerOf(world, request, host);
    mustMay(caller, "comments");
    const post = postFor(world, request, caller);
    const list = comments.all().filter((one) => one.mediaId === post.id);
    return pageOfList(
      request,
      list.map(({ id, text, username }) => ({ id, text, username })),
    );
  });
}

function postFor(world: World, request: FastifyRequest, caller: Caller): Media {
  const post = instagramStore(world).media.get(nodeOf(request));
  if (post && caller.accountIds.includes(post.accountId)) return post;
  throw unseen(nodeOf(request));
}
