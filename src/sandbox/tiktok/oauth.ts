/** Login Kit: the consent page, the token endpoint and revocation. */
import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyReply } from "fastify";
import { formBody } from "../bodies.ts";
import { consentPage } from "../consent.ts";
import { escapeHtml, sandboxPage } from "../html.ts";
import type { World } from "../world.ts";
import { creators, findCreator } from "./creators.ts";
import { logId } from "./replies.ts";
import { tiktokStore, type Grant } from "./store.ts";
import { tell } from "./webhooks.ts";

const SCOPES = [
  "user.info.basic",
  "user.info.profile",
  "user.info.stats",
  "video.list",
  "video.publish",
  "video.upload",
];
const DAY = 86_400_000;

type Query = Record<string, string | undefined>;

export function oauthRoutes(app: FastifyInstance, world: World): void {
  const authorize = "/www.tiktok.com/v2/auth/authorize/";
  app.get(authorize, async (request, reply) => {
    const query = request.query as Query;
    const fault = authorizeFault(world, query);
    if (fault) return errorPage(reply, fault);
    const page = consentPage({
      platform: "TikTok",
      clientId: query["client_key"] ?? "",
      accounts: creators.map((one) => ({ id: one.openId, name: one.nickname, handle: `@${one.username}` })),
      scopes: (query["scope"] ?? "").split(","),
      fixedScopes: ["user.info.basic"],
    });
    return reply.type("text/html").send(page);
  });
  app.post(authorize, async (request, reply) => {
    const query = request.query as Query;
    const fault = authorizeFault(world, query);
    if (fault) return errorPage(reply, fault);
    return reply.redirect(decide(world, query, new URLSearchParams(String(request.body ?? ""))), 303);
  });
  app.post("/open.tiktokapis.com/v2/oauth/token/", async (request, reply) =>
    token(world, formBody(request), (status, body) => reply.code(status).send(body)),
  );
  app.post("/open.tiktokapis.com/v2/oauth/revoke/", async (request, reply) =>
    revoke(world, formBody(request), (status, body) => reply.code(status).send(body)),
  );
}

/** Why the authorize page would not open, or "". */
function authorizeFault(world: World, query: Query): string {
  if (query["client_id"] !== undefined || !query["client_key"]) return "client_key";
  if (query["response_type"] !== "code") return "response_type";
  const scopes = (query["scope"] ?? "").split(",");
  if (!scopes.every((scope) => SCOPES.includes(scope))) return "scope";
  if (!redirectAllowed(query["redirect_uri"] ?? "") || !world.isRegistered(query["redirect_uri"] ?? ""))
    return "redirect_uri";
  if (!["0", "1", undefined].includes(query["disable_auto_auth"])) return "disable_auto_auth";
  if (isLoopback(query["redirect_uri"] ?? "") && !challengeIn(query)) return "code_challenge";
  return "";
}

/** The desktop platform demands PKCE, with the challenge in hex; the web platform takes no notice of one. */
function challengeIn(query: Query): string {
  const challenge = query["code_challenge"] ?? "";
  return query["code_challenge_method"] === "S256" && /^[0-9a-f]{64}$/.test(challenge) ? challenge : "";
}

function isLoopback(address: string): boolean {
  return URL.canParse(address) && ["localhost", "127.0.0.1"].includes(new URL(address).hostname);
}

/** Web: https. Desktop: loopback with a port. Both: no query, no fragment, shorter than 512 characters. */
function redirectAllowed(address: string): boolean {
  if (!URL.canParse(address) || address.length >= 512 || /[?#]/.test(address)) return false;
  const url = new URL(address);
  return isLoopback(address) ? url.port !== "" && /^https?:$/.test(url.protocol) : url.protocol === "https:";
}

function errorPage(reply: FastifyReply, field: string): FastifyReply {
  const page = sandboxPage(
    "Something went wrong",
    `<h1>Something went wrong</h1><p>We couldn't log in with TikTok. This may be due to specific app settings.</p><p class="quiet">${escapeHtml(field)}</p>`,
  );
  return reply.code(400).type("text/html").send(page);
}

function decide(world: World, query: Query, form: URLSearchParams): string {
  const back = new URL(query["redirect_uri"] ?? "");
  const creator = findCreator(form.get("account") ?? "");
  if (form.get("decision") !== "allow" || !creator) {
    back.searchParams.set("error", "access_denied");
    back.searchParams.set("error_description", "User cancelled the authorization");
  } else {
    const asked = (query["scope"] ?? "").split(",");
    const scopes = asked.filter((scope) => scope === "user.info.basic" || form.getAll("scope").includes(scope));
    const code = world.issue("tiktok code", "c!*.");
    tiktokStore(world).codes.put(code, {
      creatorId: creator.openId,
      clientKey: query["client_key"] ?? "",
      redirectUri: query["redirect_uri"] ?? "",
      scopes,
      challenge: isLoopback(query["redirect_uri"] ?? "") ? challengeIn(query) : "",
      expiresAt: world.now() + 5 * 60_000,
    });
    back.searchParams.set("code", code);
    back.searchParams.set("scopes", scopes.join(","));
  }
  if (query["state"] !== undefined) back.searchParams.set("state", query["state"]);
  return back.href;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

type Send<T> = (status: number, body: Record<string, unknown>) => T;

function flat(error: string, description: string): Record<string, unknown> {
  return { error, error_description: description, log_id: logId() };
}

function token<T>(world: World, form: Record<string, string> | undefined, send: Send<T>): T {
  const store = tiktokStore(world);
  if (!form)
    return send(400, flat("invalid_request", "Only `application/x-www-form-urlencoded` is supported as Content-Type."));
  const { client_key: clientKey, client_secret: secret } = form;
  if (!clientKey || !secret) return send(401, flat("invalid_client", "Client key or secret is incorrect."));
  if (form["grant_type"] === "authorization_code") {
    const code = store.codes.get(form["code"] ?? "");
    store.codes.delete(form["code"] ?? "");
    if (!code || code.expiresAt <= world.now())
      return send(400, flat("invalid_grant", "Authorization code is expired."));
    if (code.clientKey !== clientKey) return send(401, flat("invalid_client", "Client key or secret is incorrect."));
    if (code.redirectUri !== form["redirect_uri"]) {
      return send(400, flat("invalid_request", "Redirect_uri is not matched with the uri when requesting code."));
    }
    if (code.challenge && sha256(form["code_verifier"] ?? "") !== code.challenge) {
      return send(400, flat("invalid_request", "Code verifier or code challenge is invalid."));
    }
    const grant: Grant = {
      id: world.digits(12),
      creatorId: code.creatorId,
      clientKey,
      scopes: code.scopes,
      refreshToken: "",
      refreshExpiresAt: world.now() + 365 * DAY,
      revoked: false,
    };
    return send(200, hand(world, grant));
  }
  if (form["grant_type"] === "refresh_token") {
    const old = form["refresh_token"] ?? "";
    const grant = store.grants.get(store.refresh.get(old)?.grantId ?? "");
    const dead = world.behaviour("tiktok", "token") === "revoked";
    if (!grant || grant.clientKey !== clientKey || grant.refreshToken !== old || grant.revoked || dead) {
      return send(400, flat("invalid_grant", "Refresh token is invalid or expired."));
    }
    if (grant.refreshExpiresAt <= world.now()) return send(400, flat("invalid_grant", "Refresh token is expired."));
    return send(200, hand(world, grant));
  }
  return send(400, flat("unsupported_grant_type", "The grant type is not supported."));
}

/** Fresh tokens for a grant; the refresh token of before is dead from here on. */
function hand(world: World, grant: Grant): Record<string, unknown> {
  const store = tiktokStore(world);
  const accessToken = world.issue("tiktok access token", "act.", 48);
  const refreshToken = world.issue("tiktok refresh token", "rft.", 48);
  store.grants.put(grant.id, { ...grant, refreshToken });
  store.access.put(accessToken, { grantId: grant.id, expiresAt: world.now() + DAY });
  store.refresh.put(refreshToken, { grantId: grant.id });
  return {
    access_token: accessToken,
    expires_in: 86_400,
    open_id: grant.creatorId,
    refresh_expires_in: Math.floor((grant.refreshExpiresAt - world.now()) / 1000),
    refresh_token: refreshToken,
    scope: grant.scopes.join(","),
    token_type: "Bearer",
  };
}

function revoke<T>(world: World, form: Record<string, string> | undefined, send: Send<T>): T {
  const store = tiktokStore(world);
  if (!form)
    return send(400, flat("invalid_request", "Only `application/x-www-form-urlencoded` is supported as Content-Type."));
  const access = store.access.get(form["token"] ?? "");
  const grant = access && store.grants.get(access.grantId);
  if (!form["client_key"] || !form["client_secret"])
    return send(401, flat("invalid_client", "Client key or secret is incorrect."));
  if (!access || !grant || grant.revoked || access.expiresAt <= world.now()) {
    return send(400, flat("invalid_request", "The access token is invalid or expired."));
  }
  if (grant.clientKey !== form["client_key"])
    return send(401, flat("invalid_client", "Client key or secret is incorrect."));
  store.grants.put(grant.id, { ...grant, revoked: true });
  tell(world, "authorization.removed", grant.creatorId, '{"reason":5}');
  return send(200, {});
}
