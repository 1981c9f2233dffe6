// The bare baseline of a start: Fastify with the plugins and libraries that Postern serves with, and nothing of Postern.
import compress from "@fastify/compress";
import csrf from "@fastify/csrf-protection";
import formbody from "@fastify/formbody";
import multipart from "@fastify/multipart";
import rateLimit from "@fastify/rate-limit";
import secureSession from "@fastify/secure-session";
import fastifyStatic from "@fastify/static";
import Database from "better-sqlite3";
import { Eta } from "eta";
import Fastify from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import cron from "node-cron";
import pino from "pino";
import { Agent } from "undici";
import { z } from "zod";

const app = Fastify({ loggerInstance: pino({ level: "silent" }) });
app.setValidatorCompiler(validatorCompiler).setSerializerCompiler(serializerCompiler);
await app.register(compress);
await app.register(fastifyStatic, { root: new URL("../../static/", import.meta.url).pathname, prefix: "/static/" });
await app.register(formbody);
await app.register(multipart);
await app.register(rateLimit);
await app.register(secureSession, { key: Buffer.alloc(32, 1) });
await app.register(csrf, { sessionPlugin: "@fastify/secure-session" });
const eta = new Eta();
const db = new Database(":memory:");
const agent = new Agent();
cron.schedule("0 0 1 1 *", () => agent.stats);
app.get("/", { schema: { querystring: z.object({}) } }, () =>
  eta.renderString("<%= it.n %>", db.prepare("SELECT 1 n").get()),
);
await app.listen({ port: 0, host: "127.0.0.1" });
console.log("ready");
