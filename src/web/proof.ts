/** Lets the operator's doctor tell this install's answers from anybody else's: whoever has the key can prove it on any answer. */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { FastifyInstance } from "fastify";
import type { Vault } from "../vault/index.ts";

export const CHALLENGE_HEADER = "x-postern-challenge";
export const PROOF_HEADER = "x-postern-proof";

/** Answers a challenge (32 hex digits in a request header) on every answer, errors and redirects included. */
export function provesItself(app: FastifyInstance, vault: Vault): void {
  app.addHook("onSend", async (request, reply, payload) => {
    const challenge = request.headers[CHALLENGE_HEADER];
    if (typeof challenge === "string" && /^[0-9a-f]{32}$/.test(challenge))
      reply.header(PROOF_HEADER, proofOf(vault, challenge));
    return payload;
  });
}

/** Whether `proof` answers `challenge` with this vault's master key. Throws VaultLockedError. */
export function isProof(vault: Vault, challenge: string, proof: string | undefined): boolean {
  const right = Buffer.from(proofOf(vault, challenge));
  const given = Buffer.from(proof ?? "");
  return given.length === right.length && timingSafeEqual(given, right);
}

function proofOf(vault: Vault, challenge: string): string {
  return createHmac("sha256", vault.derive("thisinst")).update(`answers|${challenge}`).digest("hex");
}
