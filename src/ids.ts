/** Ids: UUIDv7 text, so rows sort by age; and random secrets for what must not be guessed. */
import { createHash, randomBytes } from "node:crypto";
import { v7 } from "uuid";

export function newId(): string {
  return v7();
}

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** True for text as newId writes it. */
export function isNewId(text: string): boolean {
  return ID.test(text);
}

/** 256 random bits, base64url. Ids are not secrets; this is. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** How a high-entropy secret is stored for look-up: SHA-256, hex. Never for passwords. */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
