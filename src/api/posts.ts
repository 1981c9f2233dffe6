/** /posts: write, check, schedule, change and call off. */
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import type { FullPost, PostInput } from "../posts/index.ts";
import { notFound } from "../web/index.ts";
import type { Wired } from "../wiring.ts";
import { callerOf } from "./keys.ts";
import { errors, gone, idempotencyHeader, idParams, listOf, listQuery } from "./lists.ts";
import { changedInput, changedPost, inputFrom, newPost } from "./post-body.ts";
import { errorLine } from "./problem-json.ts";
import { post, postBody, problem } from "./schemas.ts";

const instant = z.iso.datetime({ offset: true });
const filters = listQuery.extend({
  state: z.enum(["draft", "planned"]).optional(),
  channelId: z.string().max(64).optional(),
  search: z.string().max(200).optional(),
  from: instant.optional().describe("Scheduled at or after"),
  to: instant.optional().describe("Scheduled before"),
});
const problems = z.object({ problems: z.array(problem) });
const tags = ["Posts"];

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
      schema: {
        operationId: "createPost",
        summary: "Store a draft, schedule a post or publish it now",
        description:
          "With schedule and now a post that has problems is refused with 422 and nothing is stored; a draft may have them.",
        tags,
        headers: idempotencyHeader,
        body: newPost,
        response: { 201: post, ...errors },
      },
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
      config: { scope: "read" },
      schema: {
        operationId: "validatePost",
        summary: "Only the problems a post would be refused for; stores nothing",
        tags,
        headers: idempotencyHeader,
        body: newPost,
        response: { 200: problems, ...errors },
      },
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
      schema: {
        operationId: "listPosts",
        summary: "Posts, last changed first",
        tags,
        querystring: filters,
        response: { 200: listOf(post), ...errors },
      },
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
      schema: {
        operationId: "getPost",
        summary: "One post with its publications",
        tags,
        params: idParams,
        response: { 200: post, ...errors },
      },
    },
    async (request) => answer(existing(callerOf(request).workspaceId, request.params.id)),
  );

  app.patch(
    "/posts/:id",
    {
      schema: {
        operationId: "changePost",
        summary: "Change what is not yet on its way; publish: draft calls it off",
        tags,
        params: idParams,
        body: changedPost,
        response: { 200: post, ...errors },
      },
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
      schema: {
        operationId: "deletePost",
        summary: "Call off and delete what is not yet on its way",
        tags,
        params: idParams,
        response: { 204: gone, ...errors },
      },
    },
    async (request, reply) => {
      const { workspaceId, accountId } = callerOf(request);
      posts.remove(workspaceId, request.params.id, accountId);
      return reply.code(204).send();
    },
  );
}
