/** Makes posts, and marks the photos that are in them: a photo can be in one place only. */
import type { World } from "../world.ts";
import { GraphRefusal, invalid } from "../meta/refusal.ts";
import type { SandboxPage } from "../meta/seeds.ts";
import { facebookStore, type Photo, type Post } from "./store.ts";

/** Makes a post and shows it, once. */
export function makePost(world: World, page: SandboxPage, what: Pick<Post, "message" | "link" | "photoIds">): Post {
  const id = `${page.id}_${world.digits(17)}`;
  const photos = usePhotos(world, page.id, what.photoIds, id);
  const post: Post = { id, pageId: page.id, ...what, videoId: "", createdAt: world.now(), published: true };
  facebookStore(world).posts.put(id, post);
  world.show({
    platform: "facebook",
    id,
    remoteId: page.id,
    handle: page.username ? `@${page.username}` : page.name,
    title: "",
    text: what.message,
    visibility: "public",
    public: true,
    state: "live",
    url: `https://www.facebook.com/${id}`,
    files: photos.map((photo) => photo.file),
    createdAt: post.createdAt,
    details: {
      kind: photos.length ? "photos" : "text",
      link: what.link,
      altTexts: photos.map((photo) => photo.altText),
    },
  });
  return post;
}

/** Photos for a post or story, marked as used. Throws when one is not there, another Page's, or used already. */
export function usePhotos(world: World, pageId: string, ids: readonly string[], place: string): Photo[] {
  const { photos } = facebookStore(world);
  const found = ids.map((id) => {
    const photo = photos.get(id);
    if (!photo || photo.pageId !== pageId) throw invalid(`The media ${id} is not yours or does not exist.`, 33);
    if (photo.usedIn) {
      throw new GraphRefusal(100, "Invalid parameter", {
        subcode: 1366051,
        title: "These photos were already posted.",
      });
    }
    return photo;
  });
  return found.map((photo) => photos.put(photo.id, { ...photo, usedIn: place }));
}
