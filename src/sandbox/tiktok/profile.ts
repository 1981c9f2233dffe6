/** Who the creator is and what TikTok lets them choose today: user/info and creator_info/query. */
import type { FastifyInstance } from "fastify";
import { drawAvatar } from "../avatar.ts";
import { sandboxBase } from "../bodies.ts";
import type { World } from "../world.ts";
import { privacyOptions, type Creator } from "./creators.ts";
import { guarded, invalid, Refusal } from "./replies.ts";
import { tiktokStore } from "./store.ts";

const FIELD_SCOPES: Readonly<Record<string, string>> = {
  open_id: "user.info.basic",
  union_id: "user.info.basic",
  avatar_url: "user.info.basic",
  avatar_url_100: "user.info.basic",
  avatar_large_url: "user.info.basic",
  display_name: "user.info.basic",
  bio_description: "user.info.profile",
  profile_deep_link: "user.info.profile",
  profile_web_link: "user.info.profile",
  is_verified: "user.info.profile",
  username: "user.info.profile",
  follower_count: "user.info.stats",
  following_count: "user.info.stats",
  likes_count: "user.info.stats",
  video_count: "user.info.stats",
};

const HOST = "open.tiktokapis.com";

export function profileRoutes(app: FastifyInstance, world: World): void {
  const info = { name: "user/info", scopes: ["user.info.basic"], perMinute: 600 };
  app.get(
    "/open.tiktokapis.com/v2/user/info/",
    guarded(world, info, ({ request, grant, creator }) => {
      const asked = String((request.query as Record<string, unknown>)["fields"] ?? "");
      const fields = asked === "" ? [] : asked.split(",");
      if (fields.length === 0) throw invalid("Fields is required.");
      const all = userFields(world, creator, sandboxBase(request, HOST));
      const user: Record<string, unknown> = {};
      for (const field of fields) {
        const scope = FIELD_SCOPES[field];
        if (!scope) throw invalid(`Unknown field ${field}.`);
        if (!grant.scopes.includes(scope))
          throw new Refusal(400, "scope_permission_missed", `Field ${field} needs ${scope}.`);
        user[field] = all[field];
      }
      return { user };
    }),
  );

  const query = { name: "creator_info", scopes: ["video.publish"], perMinute: 20 };
  app.post(
    "/open.tiktokapis.com/v2/post/publish/creator_info/query/",
    guarded(world, query, ({ request, creator }) => {
      const base = sandboxBase(request, HOST);
      const block = world.behaviour("tiktok", "creator");
      // TikTok answers 200 here on purpose: only the code says that nothing may be posted.
      if (block) throw new Refusal(200, block);
      return {
        creator_avatar_url: avatar(base, creator),
        creator_username: creator.username,
        creator_nickname: creator.nickname,
        privacy_level_options: privacyOptions(world),
        comment_disabled: creator.commentDisabled,
        duet_disabled: creator.duetDisabled,
        stitch_disabled: creator.stitchDisabled,
        max_video_post_duration_sec: creator.maxVideoSeconds,
      };
    }),
  );

  app.get<{ Params: { file: string } }>("/p16-sign.tiktokcdn.com/avatar/:file", async (request, reply) =>
    reply.type("image/jpeg").send(await drawAvatar(request.params.file)),
  );
}

function userFields(world: World, creator: Creator, base: string): Record<string, unknown> {
  const posts = tiktokStore(world).tasks.all();
  return {
    open_id: creator.openId,
    union_id: creator.unionId,
    avatar_url: avatar(base, creator),
    avatar_url_100: avatar(base, creator),
    avatar_large_url: avatar(base, creator),
    display_name: creator.nickname,
    bio_description: creator.bio,
    profile_deep_link: `https://vm.tiktok.com/${creator.username}/`,
    profile_web_link: `https://www.tiktok.com/@${creator.username}`,
    is_verified: false,
    username: creator.username,
    follower_count: creator.followers,
    following_count: 31,
    likes_count: creator.followers * 9,
    video_count: posts.filter((task) => task.creatorId === creator.openId && task.state === "complete").length,
  };
}

/** Signed and short-lived at TikTok; here a picture served by the sandbox itself. */
function avatar(base: string, creator: Creator): string {
  return `${base}/p16-sign.tiktokcdn.com/avatar/${creator.username}.jpeg?x-expires=7200`;
}
