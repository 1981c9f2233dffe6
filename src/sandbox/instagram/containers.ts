/** Containers: made from an order, four hundred a day at most, and filled with the file. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { paramsOf } from "../meta/params.ts";
import { GraphRefusal, invalid } from "../meta/refusal.ts";
import type { World } from "../world.ts";
import { judgeVideo, takeImage, takeVideo } from "./files.ts";
import { accountFor, callerOf, nodeOf, onBoth, type Host } from "./gate.ts";
import { orderFrom, type Order } from "./rules.ts";
import { notReady, statusOf } from "./status.ts";
import { instagramStore, newId, type Container, type StoredFile } from "./store.ts";

const DAY = 24 * 3_600_000;
const MOST_A_DAY = 400;

export function containerRoutes(app: FastifyInstance, world: World): void {
  onBoth(app, "POST", "media", (request, host) => create(world, request, host));
}

async function create(world: World, request: FastifyRequest, host: Host): Promise<object> {
  const params = await paramsOf(world, request);
  const account = accountFor(callerOf(world, request, host, params), nodeOf(request), "publish");
  const { containers } = instagramStore(world);
  const recent = containers.all().filter((one) => one.accountId === account.id && world.now() - one.createdAt < DAY);
  if (recent.length >= MOST_A_DAY) throw new GraphRefusal(4, "(#4) Application request limit reached");
  const order = orderFrom(params.values, host);
  mustOwnChildren(world, account.id, order.children);
  const taken = await takeFile(world, order);
  const id = newId(world, "1790");
  containers.put(id, {
    id,
    accountId: account.id,
    mediaType: order.mediaType,
    child: order.child,
    caption: order.caption,
    choices: order.choices,
    children: order.children,
    awaitsBytes: order.resumable,
    file: typeof taken === "string" ? null : taken,
    createdAt: world.now(),
    arrivedAt: world.now(),
    failure: typeof taken === "string" ? taken : "",
    stuck: false,
    mediaId: "",
  });
  if (!order.resumable) return { id };
  return { id, uri: `https://rupload.facebook.com/ig-api-upload/v26.0/${id}` };
}

function mustOwnChildren(world: World, accountId: string, ids: readonly string[]): void {
  for (const id of ids) {
    const part = instagramStore(world).containers.get(id);
    if (!part || part.accountId !== accountId || !part.child) throw invalid(`Invalid child: ${id}`, 2207008);
    if (statusOf(world, part).code !== "FINISHED") throw notReady();
  }
}

async function takeFile(world: World, order: Order): Promise<StoredFile | string | null> {
  if (order.coverUrl !== "") await takeImage(world, order.coverUrl, "cover");
  if (order.imageUrl !== "") return takeImage(world, order.imageUrl, order.mediaType === "STORIES" ? "story" : "feed");
  return order.videoUrl === "" ? null : takeVideo(world, order.videoUrl, order);
}

/** The bytes of a container that was opened for them have come. */
export function arrived(world: World, container: Container, file: StoredFile): Container {
  const thumbOffset = Number(container.choices["thumbOffset"] ?? 0);
  const judged = judgeVideo(world, file, { mediaType: container.mediaType, thumbOffset, coverUrl: "" });
  const failed = typeof judged === "string";
  return instagramStore(world).containers.put(container.id, {
    ...container,
    awaitsBytes: false,
    file: failed ? null : judged,
    failure: failed ? judged : "",
    arrivedAt: world.now(),
  });
}
