/** Reading one object by its id: each sandbox platform adds readers for the kinds of object it has. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { World } from "../world.ts";
import { callerOf } from "./gate.ts";
import { answering, unseen } from "./refusal.ts";
import type { Token } from "./store.ts";

/** The object as JSON, or undefined when the id is none of this reader's. */
export type NodeReader = (request: FastifyRequest, caller: Token, id: string) => object | undefined;

const readers = new WeakMap<FastifyInstance, NodeReader[]>();

/** Adds a reader for `GET graph.facebook.com/<version>/<id>`. */
export function readNodes(app: FastifyInstance, reader: NodeReader): void {
  readers.set(app, [...(readers.get(app) ?? []), reader]);
}

export function nodeRoutes(app: FastifyInstance, world: World): void {
  app.get(
    "/graph.facebook.com/:version/:node",
    answering(async (request) => {
      const { node } = request.params as { node: string };
      const caller = callerOf(world, request, null, { platform: "facebook" });
      for (const reader of readers.get(app) ?? []) {
        const found = reader(request, caller, node);
        if (found) return found;
      }
      throw unseen(node);
    }),
  );
}
