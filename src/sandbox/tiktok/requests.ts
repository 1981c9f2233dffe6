/** Reads the bodies of the init calls as strictly as TikTok does. */
import type { World } from "../world.ts";
import { privacyOptions } from "./creators.ts";
import { invalid, Refusal } from "./replies.ts";

export type Json = Record<string, unknown>;

const LEVELS = ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY"];
/** Inside both readings of "MB" that the documentation allows. */
const SMALLEST_CHUNK = 5_242_880;
const LARGEST_CHUNK = 64_000_000;
const LARGEST_VIDEO = 4 * 1024 ** 3;

export function object(value: unknown, name: string): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid(`The request ${name} is empty or incorrect`);
  return value as Json;
}

/** Refuses keys TikTok does not know and values of another type. */
export function shape(value: Json, name: string, types: Readonly<Record<string, "string" | "boolean" | "int">>): void {
  for (const [key, entry] of Object.entries(value)) {
    const type = types[key];
    const fits = type === "int" ? Number.isInteger(entry) && Number(entry) >= 0 : typeof entry === type;
    if (!type || !fits) throw invalid(`The request ${name} is empty or incorrect`);
  }
}

export function atMost(value: unknown, units: number, name: string): void {
  if (typeof value === "string" && value.length > units) throw invalid(`The ${name} is too long`);
}

/** The rules for who may see a post: the creator's own list, the disclosure rule, the audit. */
export function checkPrivacy(world: World, post: Json): void {
  const level = post["privacy_level"];
  if (typeof level !== "string" || !LEVELS.includes(level)) throw invalid("The privacy level is invalid");
  if (!privacyOptions(world).includes(level)) throw new Refusal(403, "privacy_level_option_mismatch");
  if (level === "SELF_ONLY" && post["brand_content_toggle"] === true) {
    throw invalid("Branded content visibility cannot be set to private");
  }
  const exposed = level !== "SELF_ONLY" || world.behaviour("tiktok", "account") !== "private";
  if (world.behaviour("tiktok", "app") === "unaudited" && exposed) {
    throw new Refusal(403, "unaudited_client_can_only_post_to_private_accounts");
  }
}

/** The numbers of an upload; throws what TikTok answers when they do not add up. */
export function uploadNumbers(source: Json): { size: number; chunk: number; count: number } {
  if (source["source"] !== "FILE_UPLOAD") throw invalid("The source is invalid");
  shape(source, "source info", { source: "string", video_size: "int", chunk_size: "int", total_chunk_count: "int" });
  const [size, chunk, count] = [source["video_size"], source["chunk_size"], source["total_chunk_count"]].map(Number);
  if (!size || size > LARGEST_VIDEO) throw invalid("The video size is invalid");
  if (!chunk) throw invalid("The chunk size is invalid");
  if (!count || count > 1000 || count !== Math.floor(size / chunk)) throw invalid("The total chunk count is invalid");
  const single = chunk === size && size <= LARGEST_CHUNK;
  const several = chunk >= SMALLEST_CHUNK && chunk <= LARGEST_CHUNK;
  if (count === 1 ? !single : !several) throw invalid("The chunk size is invalid");
  return { size, chunk, count };
}
