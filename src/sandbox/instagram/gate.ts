/** Instagram's gate on both hosts: a token of the one is unknown to the other, and each has its own names for permissions. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { callerOf as metaCallerOf, dead, tokenIn } from "../meta/gate.ts";
import type { Params } from "../meta/params.ts";
import { answering, GraphRefusal, unseen } from "../meta/refusal.ts";
import { pageOf, personOf } from "../meta/seeds.ts";
import type { Token as MetaToken } from "../meta/store.ts";
import type { World } from "../world.ts";
import { accountOf, type Account } from "./seeds.ts";
import { instagramStore, spent } from "./store.ts";

export type Host = "graph.instagram.com" | "graph.facebook.com";

/** The accounts that a token may act for, and what it may do there. */
export interface Caller {
  host: Host;
  accountIds: readonly string[];
  may(what: Permission): boolean;
}

type Permission = "basic" | "publish" | "comments" | "insights";

const SCOPES: Readonly<Record<Host, Readonly<Record<Permission, string>>>> = {
  "graph.instagram.com": {
    basic: "instagram_business_basic",
    publish: "instagram_business_content_publish",
    comments: "instagram_business_manage_comments",
    insights: "instagram_business_manage_insights",
  },
  "graph.facebook.com": {
    basic: "instagram_basic",
    publish: "instagram_content_publish",
    comments: "instagram_manage_comments",
    insights: "instagram_manage_insights",
  },
};

/** Accounts, containers, posts and comments, told by how their ids begin. */
export const isInstagramId = (id: string) => /^(1784|1790|1800|1801)\d{13}$/.test(id);

/** Registers a route on both hosts. `path` follows the version; its node must be one of Instagram's ids. */
export function onBoth(
  app: FastifyInstance,
  method: "GET" | "POST",
  path: string,
  handler: (request: FastifyRequest, host: Host) => Promise<unknown>,
): void {
  for (const host of ["graph.instagram.com", "graph.facebook.com"] as const) {
    app.route({
      method,
      url: `/${host}/:version/:node(^1(?:784|790|800|801)\\d{13}$)/${path}`,
      handler: answering((request) => handler(request, host)),
    });
  }
}

export const nodeOf = (request: FastifyRequest) => (request.params as { node: string }).node;

/** Whoever calls, on whichever host. Throws 190 for a token of the other host, 80002 while the account is limited. */
export function callerOf(world: World, request: FastifyRequest, host: Host, params: Params | null = null): Caller {
  const caller =
    host === "graph.instagram.com" ? ownCaller(world, request, params) : throughPage(world, request, params);
  if (world.behaviour("instagram", "limit") !== "busy") return caller;
  const busy = { type: "instagram", call_count: 100, total_cputime: 25, total_time: 25 };
  throw new GraphRefusal(80002, "(#80002) There have been too many calls to this Instagram account.", {
    headers: {
      "x-business-use-case-usage": JSON.stringify({
        [caller.accountIds[0] ?? "0"]: [{ ...busy, estimated_time_to_regain_access: 19 }],
      }),
    },
  });
}

function ownCaller(world: World, request: FastifyRequest, params: Params | null): Caller {
  const given = tokenIn(request, params?.values);
  const token = instagramStore(world).tokens.get(given);
  if (!token) throw dead("Invalid OAuth access token - Cannot parse access token");
  if (world.behaviour("instagram", "token") === "revoked") {
    throw dead("Error validating access token: The user has not authorized application.", 458);
  }
  if (token.expiresAt <= world.now() || spent(world, "token", "expired")) {
    throw dead("Error validating access token: Session has expired.", 463);
  }
  return callerWith("graph.instagram.com", [token.accountId], token.scopes);
}

function throughPage(world: World, request: FastifyRequest, params: Params | null): Caller {
  return callerBehind(metaCallerOf(world, request, params, { platform: "instagram" }));
}

/** A Page's token acts for the account that is linked to the Page, a person's for those of all their Pages. */
export function callerBehind(token: MetaToken): Caller {
  const linked = (pageId: string) => pageOf(pageId)?.instagram?.id;
  const ids = token.kind === "page" ? [linked(token.pageId)] : accountIdsOf(token.personId);
  return callerWith(
    "graph.facebook.com",
    ids.filter((id) => id !== undefined),
    token.scopes,
  );
}

function accountIdsOf(personId: string): string[] {
  const pageIds = personOf(personId)?.roles.map((role) => role.pageId) ?? [];
  return pageIds.flatMap((pageId) => pageOf(pageId)?.instagram?.id ?? []);
}

function callerWith(host: Host, accountIds: readonly string[], scopes: readonly string[]): Caller {
  return { host, accountIds, may: (what) => scopes.includes(SCOPES[host][what]) };
}

/** The account behind an id. Throws 100/33 for somebody else's, 10 where a permission is missing or it is a personal one. */
export function accountFor(caller: Caller, id: string, what: Permission): Account {
  const account = caller.accountIds.includes(id) ? accountOf(id) : undefined;
  if (!account) throw unseen(id);
  mustMay(caller, what);
  if (account.type === "PERSONAL" && what !== "basic") {
    throw new GraphRefusal(10, "(#10) The account must be an Instagram professional account.");
  }
  return account;
}

export function mustMay(caller: Caller, what: Permission): void {
  if (caller.may(what)) return;
  throw new GraphRefusal(10, "(#10) Application does not have permission for this action");
}
