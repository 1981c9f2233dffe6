/** Signs and checks the addresses at which a platform fetches a file: one file, one purpose, until one moment. */
import { createHmac, timingSafeEqual } from "node:crypto";

/** What an address is good for; part of the signature, so that one made for something else never opens a file. */
export type Purpose = "platform";

export interface SignedPart {
  /** As in the path: "<id>.mp4" or "<id>-1080.jpg". */
  file: string;
  /** UTC seconds. */
  expires: number;
  purpose: Purpose;
  /** The row's epoch: raising it withdraws every address given out before. */
  epoch: number;
}

const LENGTH = 32;

export function sign(key: Uint8Array, part: SignedPart): string {
  const text = ["v1", "GET", `/m/${part.file}`, part.expires, part.purpose, part.epoch].join("\n");
  return createHmac("sha256", key).update(text).digest("base64url").slice(0, LENGTH);
}

/** In constant time. Says nothing about expiry. */
export function isSigned(key: Uint8Array, part: SignedPart, signature: string): boolean {
  const given = Buffer.from(signature);
  const right = Buffer.from(sign(key, part));
  return given.length === right.length && timingSafeEqual(given, right);
}
