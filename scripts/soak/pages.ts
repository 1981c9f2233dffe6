/** A Facebook Page of its own for each channel: where all post to one, each look for a lost post reads thousands of others. */
import type { World } from "../../src/sandbox/index.ts";
import { pages, personOf, roleOf, type Role, type SandboxPage } from "../../src/sandbox/meta/seeds.ts";
import { issueToken, metaStore } from "../../src/sandbox/meta/store.ts";

export interface OwnPage {
  remoteId: string;
  token: string;
}

/** Adds so many Pages to the sandbox, run by the person who has one connected, under the same permissions. */
export function openPages(world: World, count: number): OwnPage[] {
  const { tokens } = metaStore(world);
  const like = tokens
    .all()
    .find(
      ({ kind, personId, pageId }) => kind === "page" && roleOf(personId, pageId)?.tasks.includes("CREATE_CONTENT"),
    );
  const person = like && personOf(like.personId);
  if (!person) throw new Error("no Facebook Page is connected");
  const { clientId, personId, scopes, expiresAt } = like;
  const role = roleOf(personId, like.pageId)!;
  return Array.from({ length: count }, (_, n) => {
    const pageId = `27000000001${String(n).padStart(4, "0")}`;
    // The seeds are constant for everybody else; this process is the soak's own.
    (pages as SandboxPage[]).push({ id: pageId, name: `Soak ${n}`, username: "", category: "Blog" });
    (person.roles as Role[]).push({ ...role, pageId, through: "client_pages" });
    return {
      remoteId: pageId,
      token: issueToken(world, { kind: "page", clientId, personId, pageId, scopes, expiresAt }).token,
    };
  });
}
