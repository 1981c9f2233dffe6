/** Argon2id through libsodium, off the event loop, two at a time; and which passwords are refused. */
import sodium from "sodium-native";
import { Refusal } from "../web/index.ts";
import { commonPasswords } from "./common-passwords.ts";

// 64 MiB and three passes: about 0.1 s on a small machine.
const OPERATIONS = 3;
const MEMORY = 64 * 1024 * 1024;
const AT_ONCE = 2;
const MOST_WAITING = 20;

/** The hash of random bytes nobody kept, at the same cost: what an unknown address is compared with. */
const NOBODY = "$argon2id$v=19$m=65536,t=3,p=1$68Lam/rN0yLn7QhDLRoLSg$usZy+jSzRk/w2ZpESqSPiMDnvGsukBImTCTqcxKQtSw";

export const SHORTEST_PASSWORD = 8;
export const LONGEST_PASSWORD = 256;

let running = 0;
const waiting: Array<() => void> = [];

/** Hash text to store. Throws a 503 Refusal when too many are waiting. */
export function hashPassword(password: string): Promise<string> {
  return inTurn(
    () =>
      new Promise((resolve, reject) => {
        const out = Buffer.alloc(sodium.crypto_pwhash_STRBYTES);
        sodium.crypto_pwhash_str_async(out, Buffer.from(password), OPERATIONS, MEMORY, (error) =>
          error ? reject(error) : resolve(out.subarray(0, out.indexOf(0)).toString()),
        );
      }),
  );
}

/** `hash: null` (no such account) takes as long as a real comparison and is false. */
export async function passwordFits(password: string, hash: string | null): Promise<boolean> {
  const stored = padded(hash ?? NOBODY);
  const fits = await inTurn(
    () =>
      new Promise<boolean>((resolve, reject) =>
        sodium.crypto_pwhash_str_verify_async(stored, Buffer.from(password), (error, right) =>
          error ? reject(error) : resolve(right),
        ),
      ),
  );
  return fits && hash !== null;
}

export function needsRehash(hash: string): boolean {
  return sodium.crypto_pwhash_str_needs_rehash(padded(hash), OPERATIONS, MEMORY);
}

/** A sentence why this password is refused, or null. Length in characters; no rules of composition. */
export function passwordProblem(password: string, about: { name: string; email: string }): string | null {
  if (password.length < SHORTEST_PASSWORD)
    return `Use at least ${SHORTEST_PASSWORD} characters; a sentence is easiest to remember.`;
  if (password.length > LONGEST_PASSWORD) return `Use at most ${LONGEST_PASSWORD} characters.`;
  const folded = password.toLowerCase();
  if (commonPasswords.has(folded)) return "That password is one of the first that are tried. Choose another.";
  const known = ["postern", about.email.split("@")[0] ?? "", about.name].map((word) => word.trim().toLowerCase());
  const rest = known.filter((word) => word.length >= 4).reduce((text, word) => text.replaceAll(word, ""), folded);
  if (rest.replace(/[\d\W_]/g, "").length < 3 && rest !== folded)
    return "That password is made of your name or address. Choose another.";
  return null;
}

function padded(hash: string): Buffer {
  const buffer = Buffer.alloc(sodium.crypto_pwhash_STRBYTES);
  buffer.write(hash);
  return buffer;
}

/** At most two at once. A place that becomes free is handed to the next in line, so nobody can slip in between. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running < AT_ONCE) running += 1;
  else if (waiting.length < MOST_WAITING) await new Promise<void>((resolve) => waiting.push(resolve));
  else throw busy();
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

function busy(): Refusal {
  const words = {
    title: "Too many people are signing in",
    message: "Checking a password takes a moment, and many wait already. Nothing was changed.",
    next: "Try again in a few seconds.",
  };
  return new Refusal(503, words, 5);
}
