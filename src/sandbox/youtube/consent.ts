/** Google's consent page as far as an app can notice: checks the request, lets a person choose, sends them back. */
import type { FastifyInstance, FastifyReply } from "fastify";
import { formBody } from "../bodies.ts";
import { consentPage } from "../consent.ts";
import { escapeHtml, sandboxPage } from "../html.ts";
import type { World } from "../world.ts";
import { ACCOUNT_WITHOUT_CHANNEL, channels } from "./seeds.ts";
import { storeOf } from "./store.ts";

const PREFIX = "https://www.googleapis.com/auth/";
const KNOWN = [
  "youtube.upload",
  "youtube.readonly",
  "youtube",
  "youtube.force-ssl",
  "yt-analytics.readonly",
  "yt-analytics-monetary.readonly",
].map((name) => PREFIX + name);
const CODE_LIFE_MS = 10 * 60_000;

const people = [
  ...channels.map((channel) => ({ id: channel.id, name: channel.title, handle: channel.handle })),
  { id: ACCOUNT_WITHOUT_CHANNEL, name: "Jon Falk", handle: "a Google account without a channel" },
];

export function consentRoutes(app: FastifyInstance, world: World): void {
  const path = "/accounts.google.com/o/oauth2/v2/auth";
  app.get(path, async (request, reply) => {
    const query = request.query as Record<string, string>;
    const wrong = wrongWith(world, query);
    if (wrong) return refuse(reply, wrong);
    return reply.type("text/html").send(
      consentPage({
        platform: "Google",
        clientId: query["client_id"] ?? "",
        accounts: people,
        scopes: scopesOf(query),
        fixedScopes: [],
      }),
    );
  });
  app.post(path, async (request, reply) => {
    const query = request.query as Record<string, string>;
    const wrong = wrongWith(world, query);
    if (wrong) return refuse(reply, wrong);
    const form = formBody(request);
    const back = new URL(query["redirect_uri"] ?? "");
    if (query["state"]) back.searchParams.set("state", query["state"]);
    const person = people.find((candidate) => candidate.id === form?.["account"]);
    if (form?.["decision"] !== "allow" || !person) {
      back.searchParams.set("error", "access_denied");
      return reply.redirect(back.href, 303);
    }
    const ticked = new URLSearchParams(String(request.body ?? "")).getAll("scope");
    const scopes = grantedScopes(world, query, person.id, ticked);
    back.searchParams.set("code", issueCode(world, query, person.id, scopes));
    back.searchParams.set("scope", scopes.join(" "));
    back.searchParams.set("authuser", "0");
    return reply.redirect(back.href, 303);
  });
}

/** Google shows these mistakes on a page of its own; the app never hears of them. */
function wrongWith(world: World, query: Record<string, string>): string | null {
  if (!query["client_id"]) return "invalid_request: Missing required parameter: client_id";
  if (!isRedirect(query["redirect_uri"] ?? "") || !world.isRegistered(query["redirect_uri"] ?? ""))
    return "redirect_uri_mismatch";
  if (query["response_type"] !== "code") return "unsupported_response_type";
  const unknown = scopesOf(query).filter((scope) => !KNOWN.includes(scope));
  if (unknown.length > 0 || scopesOf(query).length === 0) return `invalid_scope: ${unknown.join(" ")}`;
  if (query["code_challenge"] && query["code_challenge_method"] !== "S256") {
    return "invalid_request: code_challenge_method must be S256";
  }
  if (query["code_challenge"] && !/^[\w-]{43}$/.test(query["code_challenge"])) {
    return "invalid_request: code_challenge is not base64url of a SHA-256";
  }
  return null;
}

/** https anywhere, http on this machine only; no fragment, no name or password. */
function isRedirect(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  return (url.protocol === "https:" || (url.protocol === "http:" && local)) && !url.hash && !url.username;
}

function refuse(reply: FastifyReply, what: string): FastifyReply {
  const body = `<h1>Access blocked</h1><p>Error 400: ${escapeHtml(what)}</p>`;
  return reply.code(400).type("text/html").send(sandboxPage("Access blocked", body));
}

function scopesOf(query: Record<string, string>): string[] {
  return (query["scope"] ?? "").split(" ").filter(Boolean);
}

/** What was asked for and left ticked; with include_granted_scopes also what this app was granted before. */
function grantedScopes(world: World, query: Record<string, string>, accountId: string, ticked: string[]): string[] {
  const now = scopesOf(query).filter((scope) => ticked.includes(scope));
  if (query["include_granted_scopes"] !== "true") return now;
  const earlier = storeOf(world)
    .grants.all()
    .filter((grant) => grant.accountId === accountId && grant.clientId === query["client_id"] && !grant.revoked);
  return [...new Set([...now, ...earlier.flatMap((grant) => grant.scopes)])];
}

function issueCode(world: World, query: Record<string, string>, accountId: string, scopes: string[]): string {
  const { codes, grants } = storeOf(world);
  const clientId = query["client_id"] ?? "";
  const known = grants
    .all()
    .some((grant) => grant.accountId === accountId && grant.clientId === clientId && !grant.revoked);
  const asksAgain = (query["prompt"] ?? "").split(" ").includes("consent");
  const code = world.issue("youtube code", "4/0A");
  codes.put(code, {
    code,
    clientId,
    redirectUri: query["redirect_uri"] ?? "",
    accountId,
    scopes,
    challenge: query["code_challenge"] ?? "",
    offline: query["access_type"] === "offline" && (asksAgain || !known),
    expiresAt: world.now() + CODE_LIFE_MS,
    used: false,
  });
  return code;
}
