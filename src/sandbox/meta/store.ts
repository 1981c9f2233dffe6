/** What the sandbox's Meta remembers of sign-ins: apps, codes and tokens. */
import type { World } from "../world.ts";

export interface Token {
  token: string;
  kind: "user" | "page";
  clientId: string;
  personId: string;
  /** The Page it acts as; "" for a person's token. */
  pageId: string;
  scopes: string[];
  /** UTC ms; null = never. */
  expiresAt: number | null;
  issuedAt: number;
  revoked: boolean;
}

export interface Code {
  code: string;
  clientId: string;
  redirectUri: string;
  personId: string;
  scopes: string[];
  expiresAt: number;
  used: boolean;
}

/** The secret under which an app first showed itself; from then on only that one is right. The app "sandbox" is known. */
export interface App {
  clientId: string;
  secret: string;
}

/** What a person has allowed an app, scope by scope. */
export interface Grant {
  id: string;
  asked: string[];
  granted: string[];
}

export function metaStore(world: World) {
  return {
    apps: world.collection<App>("meta.apps"),
    codes: world.collection<Code>("meta.codes"),
    grants: world.collection<Grant>("meta.grants"),
    tokens: world.collection<Token>("meta.tokens"),
  };
}

/** Undefined for an app that has not shown itself. */
export function secretOf(world: World, clientId: string): string | undefined {
  return clientId === "sandbox" ? world.appSecret : metaStore(world).apps.get(clientId)?.secret;
}

export const grantId = (clientId: string, personId: string) => `${clientId}/${personId}`;

/** A new token, long-lived unless `expiresAt` says otherwise. */
export function issueToken(world: World, facts: Omit<Token, "token" | "issuedAt" | "revoked">): Token {
  const token = world.issue(`meta ${facts.kind} token`, "EAA");
  return metaStore(world).tokens.put(token, { ...facts, token, issuedAt: world.now(), revoked: false });
}
