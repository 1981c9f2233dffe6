/** signed_request: Meta's word that a person removed the app, or wants their data gone. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { PlatformError, type TakenBack, type TakingBack } from "../../contract.ts";
import { graphId, maybe, numeric } from "./ids.ts";

const MOST_CHARACTERS = 8192;

const payload = z.object({
  algorithm: z.string().refine((name) => name.toUpperCase() === "HMAC-SHA256"),
  user_id: maybe(graphId),
  profile_id: maybe(graphId),
  issued_at: maybe(numeric),
  expires: maybe(numeric),
});

// 2026-11: https://developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback/
/**
 * Reads a signed request whose signature one of the secrets made. The signature covers the second part as it came, encoded.
 * Throws PlatformError: rejected for everything that Meta did not sign, that names nobody, or that is no longer good.
 */
export function readSignedRequest(signed: string, facts: { secrets: readonly string[]; now: number }): TakenBack {
  const [signature = "", body = "", ...more] = signed.split(".");
  if (signed.length > MOST_CHARACTERS || more.length > 0 || !facts.secrets.some((one) => made(one, body, signature))) {
    throw unsigned();
  }
  const read = payload.safeParse(json(Buffer.from(body, "base64url").toString("utf8")));
  if (!read.success) throw unsigned();
  const { user_id: personId = null, profile_id: remoteId = null, issued_at: at, expires } = read.data;
  if ((personId ?? remoteId) === null || (expires && expires * 1000 < facts.now)) throw unsigned();
  return { personId, remoteId, at: at === undefined ? facts.now : at * 1000 };
}

/** As UTF-8: in any narrower reading a sign could be swapped for another that the decoder then skips. */
function made(secret: string, body: string, signature: string): boolean {
  const given = Buffer.from(signature, "base64url");
  const right = createHmac("sha256", secret).update(body, "utf8").digest();
  return secret !== "" && body !== "" && given.length === right.length && timingSafeEqual(given, right);
}

/** Numbers too long for JavaScript are made texts first: ids come as such. */
function json(text: string): unknown {
  try {
    return JSON.parse(text.replace(/:\s*(\d{16,})(?=\s*[,}])/g, ':"$1"')) as unknown;
  } catch {
    return undefined;
  }
}

function unsigned(): PlatformError {
  return new PlatformError("rejected", { code: "not_signed", message: "Meta did not sign this request." });
}

/** Channels know the person by the id that the sign-in brought: through Facebook `personId`, through Instagram `appScopedId`. */
export const takingBack: TakingBack = {
  read: readSignedRequest,
  concerns({ personId, remoteId }, channel) {
    if (remoteId !== null && (remoteId === channel.remoteId || remoteId === channel.extra["pageId"])) return true;
    if (personId === null) return false;
    const known = [channel.extra["personId"], channel.extra["appScopedId"], channel.remoteId];
    return known.includes(personId);
  },
};
