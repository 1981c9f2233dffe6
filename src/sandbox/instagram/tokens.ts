/** Instagram's tokens: a code becomes a short one, that a long one, and a long one renews itself from its second day. */
import type { FastifyInstance, FastifyReply } from "fastify";
import { formBody } from "../bodies.ts";
import { dead } from "../meta/gate.ts";
import { answering, GraphRefusal } from "../meta/refusal.ts";
import type { World } from "../world.ts";
import { instagramStore, type Token } from "./store.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const LONG_SECONDS = 60 * 86_400;

export function tokenRoutes(app: FastifyInstance, world: World): void {
  app.post("/api.instagram.com/oauth/access_token", async (request, reply) => {
    const form = formBody(request);
    if (!form?.["client_id"] || !form["client_secret"]) return refuse(reply, "Invalid platform app");
    if (form["grant_type"] !== "authorization_code") return refuse(reply, "Invalid grant_type");
    const { codes } = instagramStore(world);
    const code = codes.get(form["code"] ?? "");
    if (!code || code.used || code.expiresAt < world.now() || code.clientId !== form["client_id"]) {
      return refuse(reply, "Matching code was not found or was already used.");
    }
    if (code.redirectUri !== form["redirect_uri"]) {
      return refuse(reply, "Error validating verification code. Please make sure your redirect_uri is identical.");
    }
    codes.put(code.code, { ...code, used: true });
    const token = issue(world, { accountId: code.accountId, scopes: code.scopes, long: false }, HOUR);
    return reply.type("application/json").send(shortReply(world, token));
  });
  // These two have no version in their paths.
  app.get(
    "/graph.instagram.com/access_token",
    answering(async (request) => exchange(world, request.query as Record<string, string>)),
  );
  app.get(
    "/graph.instagram.com/refresh_access_token",
    answering(async (request) => refresh(world, request.query as Record<string, string>)),
  );
}

/** The account's id comes as a number that JavaScript rounds; the guide's envelope differs from the usual one. */
function shortReply(world: World, { token, accountId, scopes }: Token): string {
  if (world.behaviour("instagram", "envelope") === "data") {
    return JSON.stringify({ data: [{ access_token: token, user_id: accountId, permissions: scopes.join(",") }] });
  }
  return `{"access_token":"${token}","user_id":${accountId},"permissions":${JSON.stringify(scopes)}}`;
}

function exchange(world: World, query: Record<string, string>): object {
  if (query["grant_type"] !== "ig_exchange_token" || !query["client_secret"]) {
    throw new GraphRefusal(100, "(#100) Unsupported request - method type: get", { type: "IGApiException" });
  }
  const token = living(world, query["access_token"]);
  if (token.long) throw new GraphRefusal(452, "Session key invalid. This could be because the session key is long.");
  return longReply(issue(world, { ...token, long: true }, LONG_SECONDS * 1000));
}

function refresh(world: World, query: Record<string, string>): object {
  if (query["grant_type"] !== "ig_refresh_token") throw new GraphRefusal(100, "(#100) Invalid grant_type");
  const token = living(world, query["access_token"]);
  if (!token.long || world.now() - token.issuedAt < DAY) {
    throw new GraphRefusal(100, "(#100) The access token must be at least 24 hours old to be refreshed.");
  }
  if (!token.scopes.includes("instagram_business_basic")) throw new GraphRefusal(10, "(#10) Permission denied");
  return longReply(issue(world, { ...token, long: true }, LONG_SECONDS * 1000));
}

function living(world: World, given: string | undefined): Token {
  const token = instagramStore(world).tokens.get(given ?? "");
  if (!token) throw dead("Invalid OAuth access token - Cannot parse access token");
  if (world.behaviour("instagram", "token") === "revoked") {
    throw dead("Error validating access token: The user has not authorized application.", 458);
  }
  if (token.expiresAt > world.now()) return token;
  throw dead("Error validating access token: Session has expired.", 463);
}

function issue(world: World, facts: Pick<Token, "accountId" | "scopes" | "long">, life: number): Token {
  const token = world.issue("instagram access token", "IGAA");
  const { accountId, scopes, long } = facts;
  const issuedAt = world.now();
  return instagramStore(world).tokens.put(token, {
    token,
    accountId,
    scopes,
    long,
    issuedAt,
    expiresAt: issuedAt + life,
  });
}

function longReply({ token }: Token): object {
  return { access_token: token, token_type: "bearer", expires_in: LONG_SECONDS };
}

function refuse(reply: FastifyReply, message: string): FastifyReply {
  return reply.code(400).send({ error_type: "OAuthException", code: 400, error_message: message });
}
