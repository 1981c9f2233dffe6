/** What YouTube refuses in a video's description before a byte is sent. */
import { Refusal } from "./gate.ts";
import { categories } from "./seeds.ts";
import { type Resource } from "./store.ts";

/** Checks a videos.insert body as strictly as YouTube and fills in its defaults. */
export function resourceFrom(body: Record<string, unknown>, parts: readonly string[], notify: boolean): Resource {
  for (const name of Object.keys(body)) {
    if (!parts.includes(name)) {
      throw new Refusal(400, "unexpectedPart", `The request body contains the part ${name}, which was not named.`, {
        location: "part",
      });
    }
  }
  const snippet = objectAt(body, "snippet");
  const status = objectAt(body, "status");
  if (status["publishAt"] !== undefined && status["privacyStatus"] !== "private") {
    throw refuse(
      "invalidPublishAt",
      "The request metadata specifies an invalid scheduled publishing time.",
      "status.publishAt",
    );
  }
  return {
    snippet: {
      title: title(snippet["title"]),
      description: description(snippet["description"] ?? ""),
      tags: tags(snippet["tags"] ?? []),
      categoryId: category(snippet["categoryId"] ?? "22"),
    },
    status: {
      privacyStatus: oneOf(status["privacyStatus"] ?? "public", ["public", "unlisted", "private"], "privacyStatus"),
      selfDeclaredMadeForKids: flag(status["selfDeclaredMadeForKids"], null, "selfDeclaredMadeForKids"),
      license: oneOf(status["license"] ?? "youtube", ["youtube", "creativeCommon"], "license"),
      embeddable: flag(status["embeddable"], true, "embeddable") ?? true,
      containsSyntheticMedia: flag(status["containsSyntheticMedia"], false, "containsSyntheticMedia") ?? false,
    },
    hasPaidProductPlacement:
      flag(
        objectAt(body, "paidProductPlacementDetails")["hasPaidProductPlacement"],
        false,
        "hasPaidProductPlacement",
      ) ?? false,
    notifySubscribers: notify,
  };
}

function title(value: unknown): string {
  const good = typeof value === "string" && value.trim() !== "" && value.length <= 100 && isClean(value);
  if (good && !/[\n\r\t]/.test(value)) return value;
  throw refuse("invalidTitle", "The request metadata specifies an invalid or empty video title.", "snippet.title");
}

function description(value: unknown): string {
  if (typeof value === "string" && Buffer.byteLength(value) <= 5000 && isClean(value)) return value;
  throw refuse(
    "invalidDescription",
    "The request metadata specifies an invalid video description.",
    "snippet.description",
  );
}

function tags(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [null];
  const good = list.every((tag) => typeof tag === "string" && tag.trim() !== "" && isClean(tag) && !tag.includes(","));
  const counted = list.map((tag) => (/ /.test(String(tag)) ? `"${String(tag)}"` : String(tag))).join(",");
  if (good && counted.length <= 500) return list as string[];
  throw refuse("invalidTags", "The request metadata specifies invalid video keywords.", "snippet.tags");
}

function category(value: unknown): string {
  if (categories.some((entry) => entry.assignable && entry.id === value)) return value as string;
  throw refuse(
    "invalidCategoryId",
    "The snippet.categoryId property specifies an invalid category ID.",
    "snippet.categoryId",
  );
}

function oneOf(value: unknown, allowed: readonly string[], name: string): string {
  if (typeof value === "string" && allowed.includes(value)) return value;
  throw refuse("invalidVideoMetadata", `Invalid value for ${name}.`, `status.${name}`);
}

function flag<T>(value: unknown, fallback: T, name: string): boolean | T {
  if (value === undefined) return fallback;
  if (typeof value === "boolean") return value;
  throw refuse("invalidVideoMetadata", `Invalid value for ${name}.`, `status.${name}`);
}

function isClean(text: string): boolean {
  return !/[<>\u0000-\u0008\u000b-\u001f\u007f]/.test(text);
}

function objectAt(body: Record<string, unknown>, name: string): Record<string, unknown> {
  const value = body[name];
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function refuse(reason: string, message: string, location: string): Refusal {
  return new Refusal(400, reason, message, {
    domain: "youtube.video",
    location: `body.${location}`,
    status: "INVALID_ARGUMENT",
  });
}
