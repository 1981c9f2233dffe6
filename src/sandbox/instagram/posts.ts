/** Published posts: how a container becomes one, exactly once, and is shown. */
import { randomBytes } from "node:crypto";
import type { World } from "../world.ts";
import { isFilm } from "./files.ts";
import { accountOf } from "./seeds.ts";
import { instagramStore, newId, type Container, type Media } from "./store.ts";

/** Makes the post of a container and shows it, once; asking again brings the same post. */
export function publishNow(world: World, container: Container): Media {
  const { containers, media } = instagramStore(world);
  const known = media.get(containers.get(container.id)?.mediaId ?? "");
  if (known) return known;
  const { accountId, caption } = container;
  const id = newId(world, "1800");
  const made: Media = { id, accountId, caption, ...kindOf(container), permalink: "", publishedAt: world.now() };
  made.permalink = permalinkOf(made);
  media.put(id, made);
  containers.put(container.id, { ...container, mediaId: id });
  show(world, container, made);
  return made;
}

function kindOf(container: Container): Pick<Media, "mediaType" | "productType"> {
  if (container.mediaType === "CAROUSEL") return { mediaType: "CAROUSEL_ALBUM", productType: "FEED" };
  if (container.mediaType === "REELS") return { mediaType: "VIDEO", productType: "REELS" };
  const mediaType = isFilm(container) ? "VIDEO" : "IMAGE";
  return { mediaType, productType: container.mediaType === "STORIES" ? "STORY" : "FEED" };
}

function permalinkOf(made: Media): string {
  const short = randomBytes(8).toString("base64url");
  const at = "https://www.instagram.com";
  if (made.productType === "STORY") return `${at}/stories/${accountOf(made.accountId)?.username}/${made.id}`;
  return `${at}/${made.productType === "REELS" ? "reel" : "p"}/${short}/`;
}

function show(world: World, container: Container, made: Media): void {
  const { containers } = instagramStore(world);
  const parts = container.children.flatMap((id) => containers.get(id) ?? []);
  const files = [container, ...parts].flatMap(({ file }) => file ?? []);
  world.show({
    platform: "instagram",
    id: made.id,
    remoteId: made.accountId,
    handle: `@${accountOf(made.accountId)?.username ?? ""}`,
    title: "",
    text: made.caption,
    visibility: "public",
    public: true,
    state: "live",
    url: made.permalink,
    files,
    createdAt: made.publishedAt,
    details: {
      mediaType: made.mediaType,
      productType: made.productType,
      ...container.choices,
      ...(parts.length ? { parts: parts.map((part) => part.choices) } : {}),
      containerId: container.id,
    },
  });
}
