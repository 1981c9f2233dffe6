/** Acting as a Page: who may, what switched limits say, and the answer that gets lost on its way back. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { World } from "../world.ts";
import { callerOf, mustActAs, mustHave } from "../meta/gate.ts";
import { paramsOf, type Params } from "../meta/params.ts";
import { answering, GraphRefusal, invalid, unseen } from "../meta/refusal.ts";
import { pageOf, type SandboxPage } from "../meta/seeds.ts";

export interface Act {
  page: SandboxPage;
  params: Params;
  reply: FastifyReply;
}

/** Registers `POST <host>/<version>/<page>/<edge>` for the Page's own token, on graph and graph-video. */
export function pageEdge(
  app: FastifyInstance,
  world: World,
  edge: string,
  act: (facts: Act) => Promise<object | string>,
): void {
  for (const host of ["graph.facebook.com", "graph-video.facebook.com"]) {
    app.post(
      `/${host}/:version/:node/${edge}`,
      answering(async (request, reply) => {
        const params = await paramsOf(world, request);
        return act({ page: actingPage(world, request, params), params, reply });
      }),
    );
  }
}

function actingPage(world: World, request: FastifyRequest, params: Params): SandboxPage {
  const { node } = request.params as { node: string };
  const token = callerOf(world, request, params, { platform: "facebook" });
  const page = pageOf(node);
  if (!page) throw unseen(node);
  mustActAs(world, token, page.id, "CREATE_CONTENT");
  mustHave(token, "pages_manage_posts");
  mustBeWithinLimits(world, page.id);
  return page;
}

export function mustBeWithinLimits(world: World, pageId: string): void {
  switch (world.behaviour("facebook", "limit")) {
    case "app":
      throw new GraphRefusal(4, "(#4) Application request limit reached", {
        headers: { "x-app-usage": '{"call_count":100,"total_time":25,"total_cputime":25}' },
      });
    case "page":
      throw new GraphRefusal(80001, "(#80001) There have been too many calls to this Page account.", {
        headers: { "x-business-use-case-usage": businessUsage(pageId) },
      });
    case "blocked":
      throw new GraphRefusal(368, "The action attempted has been deemed abusive or is otherwise disallowed", {
        title: "You can't use this feature right now",
      });
  }
}

function businessUsage(pageId: string): string {
  const meter = {
    type: "pages",
    call_count: 100,
    total_cputime: 25,
    total_time: 25,
    estimated_time_to_regain_access: 19,
  };
  return JSON.stringify({ [pageId]: [meter] });
}

/** After the effect: once, the answer is an error although all went well. */
export function answered<T>(world: World, answer: T): T {
  if (!spent(world, "answer", "error_after_success")) return answer;
  throw new GraphRefusal(2, "An unexpected error has occurred. Please retry your request later.", { status: 500 });
}

/** True once when the switch stands at `value`; then it is off again. */
export function spent(world: World, name: string, value: string): boolean {
  if (world.behaviour("facebook", name) !== value) return false;
  world.setBehaviour("facebook", name, "");
  return true;
}

export function mustBeShort(value: string, most: number, name: string): string {
  if (value.length <= most) return value;
  throw invalid(`The parameter ${name} is too long.`);
}
