/** Comes and fetches the files of a container, and looks whether they are what Instagram takes. */
import { fetchFile } from "../meta/fetching.ts";
import { GraphRefusal } from "../meta/refusal.ts";
import type { World } from "../world.ts";
import { measureFilm } from "./film.ts";
import type { Order } from "./rules.ts";
import { spent, type Container, type StoredFile } from "./store.ts";

const MB = 1024 * 1024;
/** Far above every limit, so that what is merely too large is told apart from what cannot be fetched. */
const FETCH_AT_MOST = 512 * MB;

/** A JPEG at this address. Throws with the subcode of what is wrong; images are checked before the container is made. */
export async function takeImage(world: World, address: string, use: "feed" | "story" | "cover"): Promise<StoredFile> {
  const got = spent(world, "fetch", "fail_once") ? null : await fetchFile(world, address, FETCH_AT_MOST);
  if (!got || !/^image\/|^application\/octet-stream$/.test(got.mime)) throw unfetched(address);
  if (got.bytes > 8 * MB) throw refusal(36000, 2207004, "The image size is too large.");
  const { default: sharp } = await import("sharp");
  const facts = await sharp(world.filePath(got.fileId))
    .metadata()
    .catch(() => undefined);
  if (facts?.format !== "jpeg") throw refusal(36001, 2207005, "The image format is not supported.");
  const ratio = Math.round((facts.width / facts.height) * 100) / 100;
  if (use === "feed" && (ratio < 0.8 || ratio > 1.91)) {
    throw refusal(36003, 2207009, "The submitted image with aspect ratio cannot be published.");
  }
  return { ...got, mime: "image/jpeg" };
}

/** A video at this address, or the subcode with which its container will be said to have failed. */
export async function takeVideo(world: World, address: string, order: Order): Promise<StoredFile | string> {
  const got = spent(world, "fetch", "fail_once") ? null : await fetchFile(world, address, FETCH_AT_MOST);
  if (!got) return "2207052";
  if (!/^video\/(mp4|quicktime)$/.test(got.mime)) return "2207026";
  return judgeVideo(world, got, order);
}

/** The file, or the subcode of what Instagram will not have in it. */
export function judgeVideo(
  world: World,
  file: StoredFile,
  order: Pick<Order, "mediaType" | "thumbOffset" | "coverUrl">,
): StoredFile | string {
  const story = order.mediaType === "STORIES";
  if (file.bytes > (story ? 100 : 300) * MB) return "2207026";
  const film = measureFilm(world.filePath(file.fileId));
  if (!film) return "2207026";
  const longest = order.mediaType === "REELS" ? 15 * 60_000 : 60_000;
  if (film.durationMs < 3000 || film.durationMs > longest) return "2207026";
  const ratio = Math.round((film.width / film.height) * 100) / 100;
  if (film.width > 1920 || ratio > 10 || ratio < (story ? 0.1 : 0.01)) return "2207026";
  if (!/^(avc|hvc|hev)/.test(film.codec)) return "2207026";
  if ((file.bytes * 8000) / film.durationMs > 25_000_000) return "2207026";
  if (order.mediaType === "REELS" && order.coverUrl === "" && order.thumbOffset >= film.durationMs) return "2207057";
  return { ...file, mime: file.mime.startsWith("video/") ? file.mime : "video/mp4" };
}

function unfetched(address: string): GraphRefusal {
  return refusal(9004, 2207052, "Only photo or video can be accepted as media type.", {
    words: `The media could not be fetched from this URI: ${address.split("?")[0] ?? ""}`,
  });
}

function refusal(code: number, subcode: number, message: string, more: { words?: string } = {}): GraphRefusal {
  return new GraphRefusal(code, message, { subcode, ...more });
}

/** Whether a container's own file is a film. */
export function isFilm(container: Pick<Container, "file" | "mediaType">): boolean {
  return container.file?.mime.startsWith("video/") ?? container.mediaType === "REELS";
}
