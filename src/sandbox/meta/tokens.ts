/** The calls about tokens: trading codes, making tokens last, inspecting, listing and withdrawing permissions. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { World } from "../world.ts";
import { callerOf, dead, deathOf, tokenIn } from "./gate.ts";
import { needed, paramsOf, type Params } from "./params.ts";
import { answering, GraphRefusal, invalid, unseen } from "./refusal.ts";
import { personOf } from "./seeds.ts";
import { grantId, issueToken, metaStore, secretOf, type Token } from "./store.ts";

const SHORT_SECONDS = 5183;
const LONG_SECONDS = 60 * 24 * 3600;

export function tokenRoutes(app: FastifyInstance, world: World): void {
  const graph = "/graph.facebook.com/:version";
  const trade = answering(async (request) => accessToken(world, await paramsOf(world, request)));
  app.get(`${graph}/oauth/access_token`, trade);
  app.post(`${graph}/oauth/access_token`, trade);
  app.get(
    `${graph}/debug_token`,
    answering(async (request) => inspect(world, request)),
  );
  app.get(
    `${graph}/me/permissions`,
    answering(async (request) => permissions(world, request)),
  );
  app.delete(
    `${graph}/:node/permissions`,
    answering(async (request) => withdraw(world, request)),
  );
}

function accessToken(world: World, params: Params): object {
  const clientId = needed(params, "client_id");
  const secret = needed(params, "client_secret");
  if ((secretOf(world, clientId) ?? secret) !== secret) throw new GraphRefusal(1, "Error validating client secret.");
  metaStore(world).apps.put(clientId, { clientId, secret });
  const kind = params.values["grant_type"] ?? "authorization_code";
  if (kind === "fb_exchange_token") return exchange(world, params, clientId);
  if (kind !== "authorization_code") throw new GraphRefusal(1, `Unsupported grant_type: ${kind}`);
  const { codes } = metaStore(world);
  const code = codes.get(needed(params, "code"));
  if (!code || code.clientId !== clientId) throw invalid("Invalid verification code format.", 36007);
  if (code.used) throw invalid("This authorization code has been used.", 36009);
  if (code.expiresAt < world.now()) throw invalid("This authorization code has expired.", 36007);
  if (code.redirectUri !== needed(params, "redirect_uri")) {
    throw invalid(
      "Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request",
      36008,
    );
  }
  codes.put(code.code, { ...code, used: true });
  return reply(userToken(world, { clientId, personId: code.personId, scopes: code.scopes }, SHORT_SECONDS));
}

function exchange(world: World, params: Params, clientId: string): object {
  const token = metaStore(world).tokens.get(needed(params, "fb_exchange_token"));
  if (token?.kind !== "user" || token.clientId !== clientId) throw dead("Invalid OAuth access token.");
  const death = deathOf(world, token, "facebook");
  if (death) throw dead(death.message, death.subcode);
  // A switch for the mistake of keeping the short token: the exchange then changes nothing.
  const seconds = world.behaviour("facebook", "exchange") === "short" ? SHORT_SECONDS : LONG_SECONDS;
  return reply(userToken(world, token, seconds));
}

function userToken(world: World, facts: Pick<Token, "clientId" | "personId" | "scopes">, seconds: number) {
  const { clientId, personId, scopes } = facts;
  const expiresAt = world.now() + seconds * 1000;
  return issueToken(world, { kind: "user", clientId, personId, pageId: "", scopes, expiresAt });
}

function reply(token: Token): object {
  const seconds = Math.round(((token.expiresAt ?? 0) - token.issuedAt) / 1000);
  return { access_token: token.token, token_type: "bearer", expires_in: seconds };
}

/** True for the app's own token, "id|secret". */
function isApp(world: World, token: string): boolean {
  const [clientId = "", secret = ""] = token.split("|");
  return secret !== "" && secretOf(world, clientId) === secret;
}

function inspect(world: World, request: FastifyRequest): object {
  if (!isApp(world, tokenIn(request))) throw new GraphRefusal(100, "(#100) You must provide an app access token.");
  const token = metaStore(world).tokens.get((request.query as Record<string, string>)["input_token"] ?? "");
  if (!token) {
    return { data: { is_valid: false, error: { code: 190, message: "Invalid OAuth access token." }, scopes: [] } };
  }
  const death = deathOf(world, token, "facebook");
  const targets = personOf(token.personId)?.roles.map((role) => role.pageId) ?? [];
  return {
    data: {
      app_id: token.clientId,
      type: token.kind === "page" ? "PAGE" : "USER",
      application: "Sandbox",
      data_access_expires_at: Math.floor(token.issuedAt / 1000) + 90 * 86_400,
      expires_at: token.expiresAt === null ? 0 : Math.floor(token.expiresAt / 1000),
      is_valid: death === null,
      issued_at: Math.floor(token.issuedAt / 1000),
      ...(death ? { error: { code: 190, ...death } } : {}),
      ...(token.pageId ? { profile_id: token.pageId } : {}),
      scopes: token.scopes,
      granular_scopes: token.scopes
        .filter((scope) => /^(pages_|instagram_|read_insights|business_)/.test(scope))
        .map((scope) => (scope === "business_management" ? { scope } : { scope, target_ids: targets })),
      user_id: token.personId,
    },
  };
}

function permissions(world: World, request: FastifyRequest): object {
  const token = callerOf(world, request, null, { platform: "facebook" });
  if (token.kind !== "user") throw invalid("Tried accessing nonexisting field (permissions) on node type (Page)");
  const grant = metaStore(world).grants.get(grantId(token.clientId, token.personId));
  const data = (grant?.asked ?? []).map((permission) => ({
    permission,
    status: grant?.granted.includes(permission) ? "granted" : "declined",
  }));
  return { data };
}

/** Ends everything the person gave this app: only with their own token, or the app's. */
function withdraw(world: World, request: FastifyRequest): object {
  const { node } = request.params as { node: string };
  const given = tokenIn(request);
  const { tokens, grants } = metaStore(world);
  const own = tokens.get(given);
  const personId = node === "me" ? (own?.personId ?? "") : node;
  const clientId = isApp(world, given) ? (given.split("|")[0] ?? "") : (own?.clientId ?? "");
  const byPerson = own?.kind === "user" && own.personId === personId && !own.revoked;
  if (!byPerson && !isApp(world, given)) {
    throw new GraphRefusal(200, "(#200) A user or app access token is required to revoke permissions.");
  }
  if (!personOf(personId)) throw unseen(personId);
  for (const token of tokens.all()) {
    if (token.personId === personId && token.clientId === clientId)
      tokens.put(token.token, { ...token, revoked: true });
  }
  grants.delete(grantId(clientId, personId));
  return { success: true };
}
