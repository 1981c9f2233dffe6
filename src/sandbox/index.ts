/** The door of the sandbox: the platforms as they behave, mounted under one prefix or served alone. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Fastify from "fastify";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { SandboxPlatform } from "./contract.ts";
import { controlRoutes } from "./control.ts";
import { facebookSandbox } from "./facebook.ts";
import type { Fault } from "./faults.ts";
import { instagramSandbox } from "./instagram.ts";
import { refuseStrangeRedirects } from "./registered.ts";
import { tiktokSandbox } from "./tiktok.ts";
import { World } from "./world.ts";
import { youtubeSandbox } from "./youtube.ts";

export { World } from "./world.ts";
export type { FeedItem } from "./world.ts";

export const sandboxPlatforms: readonly SandboxPlatform[] = [
  tiktokSandbox,
  youtubeSandbox,
  instagramSandbox,
  facebookSandbox,
];

/** Registers the whole sandbox on `app` (give it a prefix). Routes answer at `<prefix>/<real-host>/<real-path>`. */
export async function sandboxRoutes(app: FastifyInstance, options: { world: World }): Promise<void> {
  const { world } = options;
  rawBodies(app);
  breakThings(app, world);
  refuseStrangeRedirects(app, world, (request) => hit.has(request));
  controlRoutes(app, world, sandboxPlatforms);
  for (const platform of sandboxPlatforms) platform.routes(app, world);
}

/** Serves the sandbox alone, for tests that kill the panel while the platforms live on. Resolves with its address. */
export async function serveSandbox(world: World, port = 0): Promise<{ url: string; close(): Promise<void> }> {
  const app = Fastify({ logger: false, forceCloseConnections: true, bodyLimit: 8 * 1024 ** 3, requestTimeout: 0 });
  await app.register(sandboxRoutes, { prefix: "/sandbox", world });
  const address = await app.listen({ port, host: "127.0.0.1" });
  return { url: `${address}/sandbox`, close: () => app.close() };
}

/** JSON and forms arrive as text so that each platform can be as strict as it is; everything else streams. */
function rawBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  for (const type of ["application/json", "application/x-www-form-urlencoded"]) {
    app.addContentTypeParser(type, { parseAs: "string", bodyLimit: 1024 * 1024 }, (_request, body, done) =>
      done(null, body),
    );
  }
  app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
}

const hit = new WeakMap<FastifyRequest, Fault>();

/** Carries out the armed faults, before, during and after a platform's own handler. */
function breakThings(app: FastifyInstance, world: World): void {
  app.addHook("onRequest", async (request, reply) => {
    const target = platformPath(app, request);
    if (!target) return;
    const fault = world.faults.take(request.method, target);
    if (!fault) return;
    hit.set(request, fault);
    if (fault.kind === "delay") await sleep(fault.ms ?? 1000);
    if (fault.kind === "refuse") return hangUp(request, reply);
    if (fault.kind === "timeout") {
      await sleep(fault.ms ?? 600_000, undefined, { ref: false });
      return hangUp(request, reply);
    }
    if (["status", "garbage", "truncated", "redirect", "wrong_type"].includes(fault.kind)) return bad(reply, fault);
  });
  app.addHook("preHandler", async (request, reply) => {
    const fault = hit.get(request);
    if (fault?.kind === "cut" && request.body instanceof Readable) request.body = cutAfter(request, reply, fault);
  });
  app.addHook("onSend", async (request, reply, payload) => {
    const fault = hit.get(request);
    if (!fault) return payload;
    switch (fault.kind) {
      case "reset_after":
        hangUp(request, reply);
        return payload;
      case "status_after":
        reply.code(fault.status ?? 500).headers({ "content-type": "text/html", ...fault.headers });
        reply.removeHeader("content-length");
        return fault.body ?? "<html><title>Error</title></html>";
      case "garbage_after":
        reply.removeHeader("content-length");
        return "\u0000\u0001not json {{{";
      case "truncated_after": {
        reply.removeHeader("content-length");
        const text = String(payload ?? "");
        return text.slice(0, Math.floor(text.length / 2));
      }
      case "timeout_after":
        await sleep(fault.ms ?? 600_000, undefined, { ref: false });
        hangUp(request, reply);
        return payload;
      case "redirect_after":
        reply.code(302).header("location", "https://elsewhere.example/");
        reply.removeHeader("content-length");
        return "";
      case "wrong_type_after":
        reply.code(200).header("content-type", "text/html");
        reply.removeHeader("content-length");
        return "<html><body>Please sign in</body></html>";
      case "drip":
        reply.removeHeader("content-length");
        return drip(String(payload ?? ""), fault.ms ?? 2000);
      default:
        return payload;
    }
  });
}

/** `<real-host>/<real-path>` of a platform request; undefined for the sandbox's own pages. */
function platformPath(app: FastifyInstance, request: FastifyRequest): string | undefined {
  const path = request.url.slice(app.prefix.length + 1).split("?")[0] ?? "";
  return path.includes(".") && !path.startsWith("_") ? path : undefined;
}

function hangUp(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.hijack();
  request.raw.socket.destroy();
  return reply;
}

function bad(reply: FastifyReply, fault: Fault): FastifyReply {
  for (const [name, value] of Object.entries(fault.headers ?? {})) reply.header(name, value);
  // Whatever a fault answers, it is no page of ours.
  reply.header("content-security-policy", "default-src 'none'; sandbox; frame-ancestors 'none'");
  switch (fault.kind) {
    case "garbage":
      return reply.code(200).type("application/json").send("\u0000\u0001not json {{{");
    case "truncated":
      return reply.code(200).type("application/json").send('{"data":{"publish_id":"v_pub_');
    case "redirect":
      return reply.code(302).header("location", "https://elsewhere.example/").send("");
    case "wrong_type":
      return reply.code(200).type("text/html").send("<html><body>Please sign in</body></html>");
    default:
      return reply
        .code(fault.status ?? 500)
        .type(fault.body?.startsWith("{") ? "application/json" : "text/html")
        .send(fault.body ?? "<html><title>Error</title></html>");
  }
}

/** Lets `bytes` of the body through, then closes the connection; the handler sees the body end early. */
function cutAfter(request: FastifyRequest, reply: FastifyReply, fault: Fault): Readable {
  const body = request.body as Readable;
  // Kept here because the request forgets its socket once its body was given up.
  const { socket } = request.raw;
  let left = fault.bytes ?? 1024;
  return Readable.from(
    (async function* () {
      for await (const chunk of body) {
        const part = (chunk as Buffer).subarray(0, left);
        left -= part.length;
        if (part.length) yield part;
        if (left <= 0) break;
      }
      reply.hijack();
      socket.destroy();
    })(),
  );
}

function drip(text: string, ms: number): Readable {
  const bytes = Buffer.from(text);
  return Readable.from(
    (async function* () {
      for (const byte of bytes) {
        yield Buffer.of(byte);
        await sleep(ms / Math.max(1, bytes.length));
      }
    })(),
  );
}
