/** Google's token endpoint: trades codes, renews access, withdraws grants. */
import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyReply } from "fastify";
import { formBody } from "../bodies.ts";
import type { World } from "../world.ts";
import { storeOf, type Grant, type Token } from "./store.ts";

const LIFE_SECONDS = 3599;

export function tokenRoutes(app: FastifyInstance, world: World): void {
  app.post("/oauth2.googleapis.com/token", async (request, reply) => {
    const form = formBody(request);
    if (!form) return refuse(reply, "invalid_request", "Could not parse the request body.");
    if (!form["client_id"] || !form["client_secret"]) {
      return refuse(reply, "invalid_client", "The OAuth client was not found.", 401);
    }
    if (form["grant_type"] === "authorization_code") return trade(world, form, reply);
    if (form["grant_type"] === "refresh_token") return renew(world, form, reply);
    return refuse(reply, "unsupported_grant_type", `Invalid grant_type: ${form["grant_type"] ?? ""}`);
  });

  app.post("/oauth2.googleapis.com/revoke", async (request, reply) => {
    const secret = formBody(request)?.["token"] ?? "";
    const { grants, tokens } = storeOf(world);
    const token = tokens.get(secret);
    const grant = grants.get(secret) ?? grants.get(token?.grant ?? "");
    if ((!token || token.revoked) && (!grant || grant.revoked)) {
      return refuse(reply, "invalid_token", "Token expired or revoked");
    }
    const accountId = token?.accountId ?? grant?.accountId;
    // All that this person gave to the project ends, not only this token.
    for (const each of grants.all()) {
      if (each.accountId === accountId) grants.put(each.refreshToken, { ...each, revoked: true });
    }
    for (const each of tokens.all()) {
      if (each.accountId === accountId) tokens.put(each.token, { ...each, revoked: true });
    }
    return reply.code(200).send({});
  });
}

function trade(world: World, form: Record<string, string>, reply: FastifyReply): FastifyReply {
  const { codes, grants } = storeOf(world);
  const code = codes.get(form["code"] ?? "");
  if (!code || code.used || code.expiresAt < world.now() || code.clientId !== form["client_id"]) {
    return refuse(reply, "invalid_grant", "Malformed auth code.");
  }
  if (code.redirectUri !== form["redirect_uri"]) return refuse(reply, "redirect_uri_mismatch", "Bad Request");
  if (code.challenge && challengeOf(form["code_verifier"] ?? "") !== code.challenge) {
    return refuse(reply, "invalid_grant", "Invalid code verifier.");
  }
  codes.put(code.code, { ...code, used: true });
  let refreshToken = "";
  if (code.offline) {
    refreshToken = world.issue("youtube refresh token", "1//0");
    const { clientId, accountId, scopes } = code;
    grants.put(refreshToken, { refreshToken, clientId, accountId, scopes, revoked: false });
  }
  const token = issue(world, { grant: refreshToken, accountId: code.accountId, scopes: code.scopes, renewed: false });
  return send(reply, token, refreshToken ? { refresh_token: refreshToken } : {});
}

function renew(world: World, form: Record<string, string>, reply: FastifyReply): FastifyReply {
  const grant: Grant | undefined = storeOf(world).grants.get(form["refresh_token"] ?? "");
  const withdrawn = world.behaviour("youtube", "token") === "revoked";
  if (!grant || grant.revoked || withdrawn) {
    return refuse(reply, "invalid_grant", "Token has been expired or revoked.");
  }
  if (grant.clientId !== form["client_id"]) return refuse(reply, "unauthorized_client", "Unauthorized", 401);
  const { refreshToken, accountId, scopes } = grant;
  return send(reply, issue(world, { grant: refreshToken, accountId, scopes, renewed: true }), {});
}

function issue(world: World, facts: Pick<Token, "grant" | "accountId" | "scopes" | "renewed">): Token {
  const token = world.issue("youtube access token", "ya29.");
  const expiresAt = world.now() + LIFE_SECONDS * 1000;
  return storeOf(world).tokens.put(token, { token, expiresAt, revoked: false, ...facts });
}

function send(reply: FastifyReply, token: Token, more: object): FastifyReply {
  return reply.header("cache-control", "no-store").send({
    access_token: token.token,
    expires_in: LIFE_SECONDS,
    ...more,
    scope: token.scopes.join(" "),
    token_type: "Bearer",
  });
}

function refuse(reply: FastifyReply, error: string, description: string, status = 400): FastifyReply {
  return reply.code(status).send({ error, error_description: description });
}

function challengeOf(verifier: string): string {
  return createHash("sha256").update(verifier).digest("base64url");
}
