/** Instagram's consent page as far as an app can notice: checks the request, lets a person choose, sends them back. */
import type { FastifyInstance, FastifyReply } from "fastify";
import { formBody } from "../bodies.ts";
import { consentPage } from "../consent.ts";
import { escapeHtml, sandboxPage } from "../html.ts";
import type { World } from "../world.ts";
import { accounts } from "./seeds.ts";
import { instagramStore } from "./store.ts";

const KNOWN = ["basic", "content_publish", "manage_comments", "manage_insights", "manage_messages"].map(
  (name) => `instagram_business_${name}`,
);
const BASIC = "instagram_business_basic";
const CODE_LIFE_MS = 3_600_000;

export function consentRoutes(app: FastifyInstance, world: World): void {
  const path = "/www.instagram.com/oauth/authorize";
  app.get(path, async (request, reply) => {
    const query = request.query as Record<string, string>;
    const wrong = wrongWith(world, query);
    if (wrong) return refuse(reply, wrong);
    const people = accounts.map(({ id, name, username, type }) => ({
      id,
      name,
      handle: `@${username}${type === "PERSONAL" ? ", a personal account" : ""}`,
    }));
    const clientId = query["client_id"] ?? "";
    const page = { platform: "Instagram", clientId, accounts: people, scopes: scopesOf(query), fixedScopes: [BASIC] };
    return reply.type("text/html").send(consentPage(page));
  });
  app.post(path, async (request, reply) => {
    const query = request.query as Record<string, string>;
    const wrong = wrongWith(world, query);
    if (wrong) return refuse(reply, wrong);
    const form = formBody(request);
    const back = new URL(query["redirect_uri"] ?? "");
    const account = accounts.find(({ id }) => id === form?.["account"]);
    if (form?.["decision"] !== "allow" || !account) {
      back.searchParams.set("error", "access_denied");
      back.searchParams.set("error_reason", "user_denied");
      back.searchParams.set("error_description", "The user denied your request.");
    } else {
      const ticked = new URLSearchParams(String(request.body ?? "")).getAll("scope");
      back.searchParams.set("code", issueCode(world, query, account.id, ticked));
    }
    if (query["state"]) back.searchParams.set("state", query["state"]);
    return reply.redirect(`${back.href}#_`, 303);
  });
}

/** Instagram shows these mistakes on a page of its own; the app never hears of them. */
function wrongWith(world: World, query: Record<string, string>): string | null {
  if (!query["client_id"] || query["client_id"] === "undefined") return "Invalid platform app";
  if (!isRedirect(query["redirect_uri"] ?? "") || !world.isRegistered(query["redirect_uri"] ?? ""))
    return "Invalid redirect_uri";
  if (query["response_type"] !== "code") return "Invalid response_type";
  const scopes = scopesOf(query);
  const unknown = scopes.filter((scope) => !KNOWN.includes(scope));
  if (unknown.length > 0) return `Invalid Scopes: ${unknown.join(", ")}`;
  return scopes.includes(BASIC) ? null : "Invalid Scopes: instagram_business_basic is needed";
}

/** https anywhere, http on this machine only, so that the sandbox works without a certificate. */
function isRedirect(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  return (url.protocol === "https:" || (url.protocol === "http:" && local)) && !url.hash && !url.username;
}

function refuse(reply: FastifyReply, what: string): FastifyReply {
  const body = `<h1>Sorry, this page isn't available</h1><p>${escapeHtml(what)}</p>`;
  return reply.code(400).type("text/html").send(sandboxPage("Instagram", body));
}

function scopesOf(query: Record<string, string>): string[] {
  return (query["scope"] ?? "").split(/[ ,]/).filter(Boolean);
}

function issueCode(world: World, query: Record<string, string>, accountId: string, ticked: string[]): string {
  const code = world.issue("instagram code", "AQB");
  instagramStore(world).codes.put(code, {
    code,
    clientId: query["client_id"] ?? "",
    redirectUri: query["redirect_uri"] ?? "",
    accountId,
    scopes: scopesOf(query).filter((scope) => ticked.includes(scope)),
    expiresAt: world.now() + CODE_LIFE_MS,
    used: false,
  });
  return code;
}
