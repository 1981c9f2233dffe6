/** /posts: write, check, schedule, change and call off. */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import type { FullPost, PostInput } from "../posts/index.ts";
import { notFound } from "../web/index.ts";
import type { Wired } from "../wiring.ts";
import { postBody } from "./bodies.ts";
import { callerOf } from "./keys.ts";
import { gone, idParams, listOf, listQuery } from "./lists.ts";
import { changedInput, changedPost, inputFrom, newPost, newPostExample } from "./post-body.ts";
import { errorLine } from "./problem-json.ts";
import { post, problems } from "./schemas.ts";

const instant = z.iso.datetime({ offset: true });
const filters = listQuery.extend({
  state: z.enum(["draft", "planned"]).optional(),
  channelId: z.string().max(64).optional().describe("Only posts for this channel"),
  search: z.string().max(200).optional().describe("Words in the text of the post or of one of its versions"),
  from: instant.optional().describe("Scheduled at or after"),
  to: instant.optional().describe("Scheduled before"),
});
const tag = "Posts";
const postList = listOf(post, "PostList");

export async function postRoutes(plain: FastifyInstance, wired: Wired): Promise<void> {
  const app = plain.withTypeProvider<ZodTypeProvider>();
  const { house, posts, publishing } = wired;
  const answer = (full: FullPost) => postBody(full, (one) => publishing.timeline(one.workspaceId, one.id));
  const existing = (workspaceId: string, id: string): FullPost => {
    const found = posts.find(workspaceId, id);
    if (!found) throw notFound("post");
    return found;
  };
  const read = (body: z.infer<typeof newPost>, workspaceId: string): PostInput =>
    inputFrom(body, timeZoneOf(workspaceId));
  const timeZoneOf = (workspaceId: string): string =>
    house.db.get<{ time_zone: string }>("SELECT time_zone FROM workspaces WHERE id = ?", [workspaceId])?.time_zone ??
    "UTC";

  app.post(
    "/posts",
    {
      config: {
        described: {
          id: "createPost",
          tag,
          summary: "Store a draft, schedule a post or publish it now",
          description:
            "With schedule and now a post that has problems is refused with 422, which lists every one of them with its " +
            "channel, field, sentence and remedy, and nothing is stored. A draft may have them.",
          answer: "The post with its publications",
          refuses: [422],
          example: newPostExample,
        },
      },
      schema: { body: newPost, response: { 201: post } },
    },
    async (request, reply) => {
      const { workspaceId, accountId } = callerOf(request);
      const { publish } = request.body;
      const input = read(request.body, workspaceId);
      const stored =
        publish === "draft"
          ? posts.saveDraft(workspaceId, accountId, input)
          : await posts.submit(workspaceId, accountId, input, publish);
      return reply.code(201).send(answer(stored));
    },
  );

  app.post(
    "/posts/validate",
    {
      config: {
        scope: "read",
        described: {
          id: "validatePost",
          tag,
          summary: "Only the problems a post would be refused for",
          description: "The same body as for a new post. Asks the platforms what they say now; stores nothing.",
          answer: "Every problem, in the order of the post",
          example: newPostExample,
        },
      },
      schema: { body: newPost, response: { 200: problems } },
    },
    async (request) => {
      const { workspaceId } = callerOf(request);
      const { publish } = request.body;
      const how = { fresh: true, ...(publish !== "draft" && { when: publish }) };
      const found = await posts.problems(workspaceId, read(request.body, workspaceId), how);
      return { problems: found.map((one) => errorLine(one, request.body)) };
    },
  );

  app.get(
    "/posts",
    {
      config: {
        described: {
          id: "listPosts",
          tag,
          summary: "Posts",
          answer: "Posts: last changed first, by time with from or to, newest first with channelId or search",
        },
      },
      schema: { querystring: filters, response: { 200: postList } },
    },
    async (request) => {
      const { cursor, from, to, ...rest } = request.query;
      const page = posts.list(callerOf(request).workspaceId, {
        ...rest,
        cursor: cursor ?? null,
        ...(from !== undefined && { from: Date.parse(from) }),
        ...(to !== undefined && { to: Date.parse(to) }),
      });
      return { items: page.items.map(answer), nextCursor: page.nextCursor };
    },
  );

  app.get(
    "/posts/:id",
    {
      config: {
        described: {
          id: "getPost",
          tag,
          summary: "One post with its publications",
          answer: "The post",
          refuses: [404],
        },
      },
      schema: { params: idParams, response: { 200: post } },
    },
    async (request) => answer(existing(callerOf(request).workspaceId, request.params.id)),
  );

  app.patch(
    "/posts/:id",
    {
      config: {
        described: {
          id: "changePost",
          tag,
          summary: "Change what is not yet on its way",
          description:
            "What is not named stays. A planned post stays planned and is checked again; publish: draft calls it off. " +
            "409 when a part of it is on its way, or when version is not the current one.",
          answer: "The post as it is now",
          refuses: [404, 409, 422],
          example: { scheduledAt: "2027-06-02T08:00:00+02:00", version: 1 },
        },
      },
      schema: { params: idParams, body: changedPost, response: { 200: post } },
    },
    async (request) => {
      const { workspaceId, accountId } = callerOf(request);
      const before = existing(workspaceId, request.params.id);
      const input = changedInput(before, request.body);
      const at = { id: before.id, version: request.body.version ?? before.version };
      const publish = request.body.publish ?? (before.state === "planned" ? "schedule" : "draft");
      return answer(
        publish === "draft"
          ? posts.saveDraft(workspaceId, accountId, input, at)
          : await posts.submit(workspaceId, accountId, input, publish, at),
      );
    },
  );

  app.delete(
    "/posts/:id",
    {
      config: {
        described: {
          id: "deletePost",
          tag,
          summary: "Call off and delete",
          description: "Refused with 409 when a part of it is on its way or out in the world.",
          answer: "It is gone",
          refuses: [404, 409],
        },
      },
      schema: { params: idParams, response: { 204: gone } },
    },
    async (request, reply) => {
      const { workspaceId, accountId } = callerOf(request);
      posts.remove(workspaceId, request.params.id, accountId);
      return reply.code(204).send();
    },
  );
}
