/** Photos of a Page: bytes or an address, seen at once or kept for a post. */
import { openSync, readSync, closeSync } from "node:fs";
import type { FastifyInstance } from "fastify";
import type { World } from "../world.ts";
import { fetchFile } from "../meta/fetching.ts";
import { GraphRefusal, invalid } from "../meta/refusal.ts";
import { answered, pageEdge, type Act } from "./acting.ts";
import { makePost } from "./posts.ts";
import { facebookStore, type Photo, type StoredFile } from "./store.ts";

const MOST_BYTES = 4_000_000;

const BEGINNINGS: ReadonlyArray<[mime: string, bytes: string]> = [
  ["image/jpeg", "ffd8ff"],
  ["image/png", "89504e47"],
  ["image/gif", "47494638"],
  ["image/bmp", "424d"],
  ["image/tiff", "49492a00"],
  ["image/tiff", "4d4d002a"],
];

export function photoRoutes(app: FastifyInstance, world: World): void {
  pageEdge(app, world, "photos", async (act) => {
    const photo = await takePhoto(world, act);
    if (act.params.values["published"] === "false") return { id: photo.id };
    const message = act.params.values["caption"] ?? "";
    const post = makePost(world, act.page, { message, link: "", photoIds: [photo.id] });
    return answered(world, { id: photo.id, post_id: post.id });
  });
}

async function takePhoto(world: World, { page, params }: Act): Promise<Photo> {
  const file = await fileOf(world, params);
  if (file.bytes === 0) throw new GraphRefusal(324, "(#324) Requires upload file");
  const mime = kindOf(world.filePath(file.fileId));
  if (mime === null || file.bytes > MOST_BYTES) {
    throw new GraphRefusal(1, "Invalid parameter", {
      subcode: 1366046,
      title: "Can't read files",
      words:
        "Your photos couldn't be uploaded. Photos should be less than 4 MB and saved as JPG, PNG, GIF, TIFF files.",
    });
  }
  const id = world.digits(15);
  return facebookStore(world).photos.put(id, {
    id,
    pageId: page.id,
    file: { fileId: file.fileId, bytes: file.bytes, sha256: file.sha256, mime },
    altText: params.values["alt_text_custom"] ?? "",
    uploadedAt: world.now(),
    usedIn: "",
  });
}

async function fileOf(world: World, { values, file }: Act["params"]): Promise<Omit<StoredFile, "mime">> {
  if (file) {
    if (file.name !== "source") throw invalid(`Unexpected file ${file.name}.`);
    if (!file.whole) throw invalid("The file is not complete.");
    return file;
  }
  const { url } = values;
  if (!url) throw new GraphRefusal(324, "(#324) Requires upload file");
  const fetched = await fetchFile(world, url, MOST_BYTES * 4);
  if (fetched) return fetched;
  throw new GraphRefusal(324, "(#324) Missing or invalid image file", {
    subcode: 2069019,
    words: "The image file could not be downloaded.",
  });
}

/** What the bytes say that it is; null for everything that Facebook does not take. */
function kindOf(path: string): string | null {
  const head = Buffer.alloc(8);
  const file = openSync(path, "r");
  try {
    readSync(file, head, 0, head.length, 0);
  } finally {
    closeSync(file);
  }
  return BEGINNINGS.find(([, bytes]) => head.toString("hex").startsWith(bytes))?.[0] ?? null;
}
