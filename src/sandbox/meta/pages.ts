/** Pages as a person finds them: their own list, their portfolio's lists, and one Page by its id. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { drawAvatar } from "../avatar.ts";
import type { World } from "../world.ts";
import { callerOf, mustHave } from "./gate.ts";
import { readNodes } from "./nodes.ts";
import { fieldsOf, pageOfList } from "./params.ts";
import { answering, GraphRefusal } from "./refusal.ts";
import { pageOf, personOf, pictureOf, roleOf, type Role, type SandboxPage } from "./seeds.ts";
import { issueToken, metaStore, type Token } from "./store.ts";

const FIELDS = [
  "id",
  "name",
  "username",
  "category",
  "access_token",
  "tasks",
  "picture",
  "instagram_business_account",
  "connected_instagram_account",
];

export function pageRoutes(app: FastifyInstance, world: World): void {
  const graph = "/graph.facebook.com/:version";
  const person = (request: FastifyRequest): Token => {
    const token = callerOf(world, request, null, { platform: "facebook" });
    if (token.kind === "user") return token;
    throw new GraphRefusal(100, "(#100) Tried accessing nonexisting field (accounts) on node type (Page)");
  };
  const rolesOf = (token: Token, through: Role["through"]) =>
    personOf(token.personId)?.roles.filter((role) => role.through === through) ?? [];

  app.get(
    `${graph}/me/accounts`,
    answering(async (request) => {
      const token = person(request);
      mustHave(token, "pages_show_list");
      return pageOfList(
        request,
        rolesOf(token, "own").map((role) => pageJson(world, request, token, role.pageId)),
      );
    }),
  );
  app.get(
    `${graph}/me/businesses`,
    answering(async (request) => {
      const token = person(request);
      mustHave(token, "business_management");
      const portfolio = personOf(token.personId)?.portfolio;
      return pageOfList(request, portfolio ? [portfolio] : []);
    }),
  );
  for (const edge of ["owned_pages", "client_pages"] as const) {
    app.get(
      `${graph}/:node/${edge}`,
      answering(async (request) => {
        const token = person(request);
        mustHave(token, "business_management");
        const { node } = request.params as { node: string };
        const own = personOf(token.personId)?.portfolio?.id === node;
        if (!own) throw new GraphRefusal(200, "(#200) Permissions error");
        return pageOfList(
          request,
          rolesOf(token, edge).map((role) => pageJson(world, request, token, role.pageId)),
        );
      }),
    );
  }
  readNodes(app, (request, caller, id) =>
    pageOf(id) && (caller.pageId === id || roleOf(caller.personId, id))
      ? pageJson(world, request, caller, id)
      : undefined,
  );
}

/** A Page's profile picture, for anybody who has the address. */
export function pictureRoutes(app: FastifyInstance): void {
  app.get<{ Params: { id: string } }>("/scontent.xx.fbcdn.net/sandbox/:id", async (request, reply) =>
    reply.type("image/jpeg").send(await drawAvatar(pageOf(request.params.id)?.name ?? request.params.id)),
  );
}

function pageJson(world: World, request: FastifyRequest, caller: Token, id: string): object {
  const page = pageOf(id) as SandboxPage;
  const role = roleOf(caller.personId, id);
  const linked = caller.scopes.includes("instagram_basic") ? page.instagram : undefined;
  const instagram = linked && { ...linked, profile_picture_url: pictureOf(linked.username) };
  const all: Record<string, () => unknown> = {
    id: () => page.id,
    name: () => page.name,
    username: () => page.username || undefined,
    category: () => page.category,
    access_token: () => pageToken(world, caller, id),
    tasks: () => (caller.kind === "user" ? role?.tasks : undefined),
    picture: () => ({
      data: { height: 50, is_silhouette: false, url: `https://scontent.xx.fbcdn.net/sandbox/${id}`, width: 50 },
    }),
    instagram_business_account: () => instagram,
    connected_instagram_account: () => instagram,
  };
  const chosen = fieldsOf(request, FIELDS, ["name", "id"]).map((name) => [name, all[name]?.()]);
  return { ...Object.fromEntries(chosen), id };
}

/** Lasts for ever when made with a long sign-in, and otherwise just as long as that. */
function pageToken(world: World, caller: Token, pageId: string): string {
  if (caller.kind === "page") return caller.token;
  const { clientId, personId, scopes, expiresAt } = caller;
  const long = expiresAt === null || expiresAt - caller.issuedAt > 24 * 3_600_000;
  const known = metaStore(world)
    .tokens.all()
    .find(
      (one) =>
        one.kind === "page" &&
        one.pageId === pageId &&
        one.clientId === clientId &&
        one.personId === personId &&
        !one.revoked &&
        (one.expiresAt === null) === long &&
        one.scopes.join() === scopes.join(),
    );
  if (known) return known.token;
  const facts = { kind: "page", clientId, personId, pageId, scopes, expiresAt: long ? null : expiresAt } as const;
  return issueToken(world, facts).token;
}
