/** Meta's gate: whose token it is, whether it lives, whether the call proves the app's secret, and what it may do. */
import { createHmac } from "node:crypto";
import type { FastifyRequest } from "fastify";
import type { World } from "../world.ts";
import type { Params } from "./params.ts";
import { GraphRefusal } from "./refusal.ts";
import { roleOf } from "./seeds.ts";
import { metaStore, secretOf, type Token } from "./store.ts";

/** The token of a call, from its header (Bearer or OAuth) or the parameter `access_token`; "" when there is none. */
export function tokenIn(request: FastifyRequest, values: Record<string, string> = {}): string {
  const header = /^(?:Bearer|OAuth) (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  return header ?? values["access_token"] ?? (request.query as Record<string, string>)["access_token"] ?? "";
}

export interface Gate {
  /** Whose switches count: "facebook" or "instagram". */
  platform: string;
  /** Upload hosts know no proof. */
  proof?: boolean;
}

/** The living token behind a call. Throws 190 with its subcode, or (#100) where the app's proof is missing. */
export function callerOf(world: World, request: FastifyRequest, params: Params | null, gate: Gate): Token {
  const given = tokenIn(request, params?.values);
  if (given === "") throw dead("An access token is required to request this resource.");
  const token = metaStore(world).tokens.get(given);
  if (!token) throw dead("Invalid OAuth access token - Cannot parse access token");
  mustLive(world, token, gate.platform);
  if (gate.proof !== false) mustProve(world, request, params, token);
  return token;
}

/** Meta's reason why a token is dead; null while it lives. */
export function deathOf(world: World, token: Token, platform: string): { subcode: number; message: string } | null {
  const mode = world.behaviour(platform, "token");
  if (token.revoked || mode === "revoked") {
    return { subcode: 458, message: "Error validating access token: The user has not authorized application." };
  }
  if (mode === "password_changed") {
    return { subcode: 460, message: "Error validating access token: The session has been invalidated." };
  }
  // A Page's token never runs out; the person's own does.
  const ranOut = token.expiresAt !== null && (mode === "expired" || token.expiresAt <= world.now());
  return ranOut ? { subcode: 463, message: "Error validating access token: Session has expired." } : null;
}

function mustLive(world: World, token: Token, platform: string): void {
  const death = deathOf(world, token, platform);
  if (death) throw dead(death.message, death.subcode);
}

export function dead(message: string, subcode?: number): GraphRefusal {
  return new GraphRefusal(190, message, { subcode, status: 401 });
}

function mustProve(world: World, request: FastifyRequest, params: Params | null, token: Token): void {
  const proof = params?.values["appsecret_proof"] ?? (request.query as Record<string, string>)["appsecret_proof"];
  const secret = secretOf(world, token.clientId) ?? "";
  const right = createHmac("sha256", secret).update(token.token).digest("hex");
  if (proof === right) return;
  const message = proof
    ? "Invalid appsecret_proof provided in the API argument"
    : "API calls from the server require an appsecret_proof argument";
  throw new GraphRefusal(100, message, { type: "GraphMethodException" });
}

/** Throws (#200) when a scope was not granted. */
export function mustHave(token: Token, scope: string): void {
  if (token.scopes.includes(scope)) return;
  throw new GraphRefusal(200, `(#200) Requires ${scope} permission to manage the object`);
}

/** Throws unless the token is this Page's own and the person has the task. */
export function mustActAs(world: World, token: Token, pageId: string, task: string): void {
  if (token.kind !== "page") {
    throw new GraphRefusal(190, "(#190) This method must be called with a Page Access Token", { subcode: 2069032 });
  }
  if (token.pageId !== pageId) throw new GraphRefusal(200, "(#200) Permissions error");
  const lost = world.behaviour("facebook", "tasks") === "lost";
  if (!lost && roleOf(token.personId, pageId)?.tasks.includes(task)) return;
  throw new GraphRefusal(
    200,
    "(#200) If posting to a page, requires both pages_read_engagement and pages_manage_posts as an admin with sufficient administrative permission",
  );
}
