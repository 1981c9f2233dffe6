/** Facebook's dialog, and the calls about codes, tokens and permissions. */
import type { FastifyInstance, FastifyReply } from "fastify";
import { formBody } from "../bodies.ts";
import { consentPage } from "../consent.ts";
import { escapeHtml, sandboxPage } from "../html.ts";
import type { World } from "../world.ts";
import { people } from "./seeds.ts";
import { grantId, metaStore } from "./store.ts";

const KNOWN = [
  "public_profile",
  "pages_show_list",
  "pages_read_engagement",
  "pages_manage_posts",
  "pages_manage_engagement",
  "pages_read_user_content",
  "read_insights",
  "business_management",
  "instagram_basic",
  "instagram_content_publish",
  "instagram_manage_comments",
  "instagram_manage_insights",
  "instagram_manage_contents",
];
const CODE_LIFE_MS = 10 * 60_000;

export function dialogRoutes(app: FastifyInstance, world: World): void {
  const path = "/www.facebook.com/:version/dialog/oauth";
  app.get(path, async (request, reply) => {
    const query = request.query as Record<string, string>;
    const wrong = wrongWith(world, query);
    if (wrong) return refuse(reply, wrong);
    return reply.type("text/html").send(
      consentPage({
        platform: "Facebook",
        clientId: query["client_id"] ?? "",
        accounts: people.map(({ id, name, roles }) => ({ id, name, handle: pagesInWords(roles.length) })),
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
    const person = people.find((one) => one.id === form?.["account"]);
    if (form?.["decision"] !== "allow" || !person) {
      back.searchParams.set("error", "access_denied");
      back.searchParams.set("error_reason", "user_denied");
      back.searchParams.set("error_description", "Permissions error");
      return reply.redirect(back.href, 303);
    }
    const ticked = new URLSearchParams(String(request.body ?? "")).getAll("scope");
    back.searchParams.set("code", issueCode(world, query, person.id, ticked));
    return reply.redirect(`${back.href}#_=_`, 303);
  });
}

function pagesInWords(count: number): string {
  return count === 0 ? "manages no Page" : count === 1 ? "manages one Page" : `manages ${count} Pages`;
}

/** Facebook shows these mistakes on a page of its own; the app never hears of them. */
function wrongWith(world: World, query: Record<string, string>): string | null {
  if (!query["client_id"]) return "Invalid App ID: the provided app ID does not look like a valid app ID.";
  if (!isRedirect(query["redirect_uri"] ?? "") || !world.isRegistered(query["redirect_uri"] ?? "")) {
    return "URL Blocked: This redirect failed because the redirect URI is not whitelisted in the app's Client OAuth Settings.";
  }
  if ((query["response_type"] ?? "code") !== "code") return "Invalid response_type.";
  if (query["config_id"] && query["scope"]) return "Invalid parameter: scope and config_id cannot be combined.";
  const missing = world.behaviour("facebook", "use_case") === "posting_only" ? KNOWN.slice(4) : [];
  const unknown = scopesOf(query).filter((scope) => !KNOWN.includes(scope) || missing.includes(scope));
  return unknown.length > 0 ? `Invalid Scopes: ${unknown.join(", ")}.` : null;
}

/** https anywhere, http on this machine only; no fragment, no name or password. */
function isRedirect(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  return (url.protocol === "https:" || (url.protocol === "http:" && local)) && !url.hash && !url.username;
}

function refuse(reply: FastifyReply, what: string): FastifyReply {
  const body = `<h1>Sorry, something went wrong</h1><p>${escapeHtml(what)}</p>`;
  return reply.code(400).type("text/html").send(sandboxPage("Facebook", body));
}

/** A configuration of Facebook Login for Business holds every permission here; a scope beside it is refused. */
function scopesOf(query: Record<string, string>): string[] {
  if (query["config_id"]) return KNOWN.slice(1);
  return (query["scope"] ?? "").split(",").filter(Boolean);
}

function issueCode(world: World, query: Record<string, string>, personId: string, ticked: readonly string[]): string {
  const { codes, grants } = metaStore(world);
  const clientId = query["client_id"] ?? "";
  const asked = scopesOf(query);
  const scopes = ["public_profile", ...asked.filter((scope) => ticked.includes(scope))];
  const id = grantId(clientId, personId);
  grants.put(id, { id, asked: ["public_profile", ...asked], granted: scopes });
  const code = world.issue("meta code", "AQ");
  codes.put(code, {
    code,
    clientId,
    redirectUri: query["redirect_uri"] ?? "",
    personId,
    scopes,
    expiresAt: world.now() + CODE_LIFE_MS,
    used: false,
  });
  return code;
}
