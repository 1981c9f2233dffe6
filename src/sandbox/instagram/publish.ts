/** media_publish: the one visible step, once for each container, within the day's quota. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { needed, paramsOf } from "../meta/params.ts";
import { GraphRefusal, invalid } from "../meta/refusal.ts";
import type { World } from "../world.ts";
import { accountFor, callerOf, nodeOf, onBoth, type Host } from "./gate.ts";
import { publishNow } from "./posts.ts";
import { notReady, statusOf } from "./status.ts";
import { instagramStore, spent, type Container } from "./store.ts";

const DAY = 24 * 3_600_000;
export const QUOTA = 50;

export function publishRoutes(app: FastifyInstance, world: World): void {
  onBoth(app, "POST", "media_publish", (request, host) => publish(world, request, host));
  onBoth(app, "GET", "content_publishing_limit", async (request, host) => {
    const account = accountFor(callerOf(world, request, host), nodeOf(request), "basic");
    const config = { quota_total: QUOTA, quota_duration: DAY / 1000 };
    return { data: [{ quota_usage: usageOf(world, account.id), config }] };
  });
}

export function usageOf(world: World, accountId: string): number {
  if (world.behaviour("instagram", "quota") === "full") return QUOTA;
  const { media } = instagramStore(world);
  return media.all().filter((one) => one.accountId === accountId && world.now() - one.publishedAt < DAY).length;
}

async function publish(world: World, request: FastifyRequest, host: Host): Promise<object> {
  const params = await paramsOf(world, request);
  const account = accountFor(callerOf(world, request, host, params), nodeOf(request), "publish");
  const { containers } = instagramStore(world);
  const container = containers.get(needed(params, "creation_id"));
  if (!container || container.accountId !== account.id) {
    throw new GraphRefusal(24, "The requested resource does not exist", { subcode: 2207006 });
  }
  mustBePublishable(world, container);
  if (usageOf(world, account.id) >= QUOTA) {
    throw new GraphRefusal(9, "Application request limit reached", {
      subcode: 2207042,
      words: "You reached maximum number of posts that is allowed to be published by Content Publishing API.",
    });
  }
  if (world.behaviour("instagram", "publish") === "spam") throw blocked();
  if (world.behaviour("instagram", "processing") === "stuck") {
    containers.put(container.id, { ...container, stuck: true });
    throw outage();
  }
  const media = publishNow(world, container);
  if (spent(world, "publish", "commit_then_500")) throw outage();
  if (spent(world, "publish", "commit_then_spam")) throw blocked();
  return { id: media.id };
}

function mustBePublishable(world: World, container: Container): void {
  const { code } = statusOf(world, container);
  if (container.child) throw invalid("A carousel item cannot be published on its own.");
  if (code === "IN_PROGRESS") throw notReady();
  if (code === "PUBLISHED") throw invalid("The container has already been published.");
  if (code !== "FINISHED") {
    throw new GraphRefusal(24, "The requested resource does not exist", {
      subcode: 2207008,
      words: "The media builder with creation id does not exist or has expired.",
    });
  }
}

function blocked(): GraphRefusal {
  return new GraphRefusal(4, "Application request limit reached", {
    subcode: 2207051,
    title: "Action is blocked",
    words: "We restrict certain activity to protect our community.",
  });
}

function outage(): GraphRefusal {
  return new GraphRefusal(2, "An unexpected error has occurred. Please retry your request later.", { status: 500 });
}
