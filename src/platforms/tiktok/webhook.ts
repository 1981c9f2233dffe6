/** TikTok's webhook: is it TikTok who calls, and what has happened. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { PlatformError, type PushedNews, type PushedRequest } from "../contract.ts";
import { asObject, count, text, type Json } from "./client.ts";
import { MINUTE, HOUR } from "./limits.ts";

/** Clocks may differ by this much. */
const AHEAD = 5 * MINUTE;
/** TikTok repeats what was not heard for 72 hours; whether it signs anew each time is not documented. */
const BEHIND = 73 * HOUR;

// 2026-11: https://developers.tiktok.com/doc/webhooks-events
const REASONS: Readonly<Record<string, string>> = {
  "1": "The creator withdrew Postern's access in TikTok.",
  "2": "The TikTok account was deleted.",
  "3": "TikTok ended the access because the age on the account was changed.",
  "4": "TikTok has banned the account.",
  "5": "The access was withdrawn through this install's TikTok app.",
};

/**
 * The news in a webhook, null when it concerns nothing here.
 * Throws PlatformError("rejected", code "bad_signature" or "unreadable"): then it was not TikTok who called.
 */
export function pushed(request: PushedRequest, facts: { clientSecret: string; now: number }): PushedNews | null {
  checkSignature(request, facts);
  const raw = new TextDecoder().decode(request.body);
  const body = parse(raw);
  const event = text(body["event"]);
  const remoteId = text(body["user_openid"]);
  const at = (count(body["create_time"]) ?? 0) * 1000;
  if (event === "" || remoteId === "") return null;
  if (event === "authorization.removed") {
    const reason = REASONS[reasonOf(body["content"])] ?? "TikTok ended Postern's access to this account.";
    return { kind: "withdrawn", remoteId, at, reason };
  }
  if (event === "post.publish.no_longer_publicaly_available") {
    // From the text: the id has more digits than a number keeps. The content is JSON within the JSON, so quotes are escaped.
    const postId = /post_id\\*"\s*:\s*\\*"?(\d+)/.exec(raw)?.[1];
    return postId === undefined ? null : { kind: "hidden", remoteId, at, postId };
  }
  return event.startsWith("post.publish.") ? { kind: "look", remoteId, at } : null;
}

/** What the content gives as the reason, "" when it gives none that can be read. */
function reasonOf(content: unknown): string {
  if (typeof content !== "string") return text(asObject(content)["reason"]);
  try {
    return text(asObject(JSON.parse(content))["reason"]);
  } catch {
    return "";
  }
}

// 2026-11: the signature covers the time, a dot, and the body as it came.
// https://developers.tiktok.com/doc/webhooks-verification
function checkSignature(
  { headers, body }: PushedRequest,
  { clientSecret, now }: { clientSecret: string; now: number },
) {
  const parts = new Map(
    (headers["tiktok-signature"] ?? "").split(",").map((part) => part.trim().split("=", 2) as [string, string]),
  );
  const [time, given] = [parts.get("t") ?? "", parts.get("s") ?? ""];
  const expected = createHmac("sha256", clientSecret).update(`${time}.`).update(body).digest();
  const signed = /^[0-9a-f]{64}$/i.test(given) && timingSafeEqual(Buffer.from(given, "hex"), expected);
  const age = now - Number(time) * 1000;
  if (!signed || !/^\d{1,11}$/.test(time) || age < -AHEAD || age > BEHIND) throw notTikTok("bad_signature");
}

function parse(json: string): Json {
  try {
    return asObject(JSON.parse(json));
  } catch {
    throw notTikTok("unreadable");
  }
}

function notTikTok(code: string): PlatformError {
  return new PlatformError("rejected", { code, message: "This does not come from TikTok." });
}
