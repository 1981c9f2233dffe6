/** The upload host: takes the bytes of a container that was opened for them. */
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { callerOf as metaCallerOf } from "../meta/gate.ts";
import { GraphRefusal } from "../meta/refusal.ts";
import type { World } from "../world.ts";
import { arrived } from "./containers.ts";
import { callerBehind } from "./gate.ts";
import { instagramStore } from "./store.ts";

export function uploadRoutes(app: FastifyInstance, world: World): void {
  app.post("/rupload.facebook.com/ig-api-upload/:version/:id", async (request, reply) => {
    try {
      return await take(world, request, reply);
    } finally {
      if (request.body instanceof Readable) request.body.resume();
    }
  });
}

async function take(world: World, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { id } = request.params as { id: string };
  const container = instagramStore(world).containers.get(id);
  const accountIds = accountIdsBehind(world, request);
  if (!container || !accountIds.includes(container.accountId)) return refuse(reply, "unauthorized user request");
  const { offset, file_size: size } = request.headers;
  if (offset !== "0" || !(Number(size) > 0)) return refuse(reply, "The offset or file size is missing or wrong");
  if (!(request.body instanceof Readable)) return refuse(reply, "There is no file");
  if (!container.awaitsBytes) return refuse(reply, "The upload is complete");
  const got = await world.receive(request.body);
  if (got.bytes !== Number(size)) return refuse(reply, "The file is not whole", true);
  arrived(world, container, { ...got, mime: "video/mp4" });
  return reply.send({ success: true, message: "Upload successful." });
}

function accountIdsBehind(world: World, request: FastifyRequest): readonly string[] {
  if (!/^OAuth /.test(request.headers.authorization ?? "")) return [];
  try {
    return callerBehind(metaCallerOf(world, request, null, { platform: "instagram", proof: false })).accountIds;
  } catch (error) {
    if (error instanceof GraphRefusal) return [];
    throw error;
  }
}

/** This host has an envelope of its own, with the error as text inside. */
function refuse(reply: FastifyReply, message: string, retriable = false): FastifyReply {
  const inside = JSON.stringify({ success: false, error: { message } });
  return reply.code(400).send({ debug_info: { retriable, type: "ProcessingFailedError", message: inside } });
}
