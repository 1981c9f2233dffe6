/** Asking again who somebody is, before what a borrowed or stolen session must not be able to do. */
import type { FastifyRequest } from "fastify";
import type { House } from "../house.ts";
import { visitorOf } from "../web/index.ts";
import { findAccount, hasPassword } from "./accounts.ts";
import { confirmSession, isConfirmed } from "./sessions.ts";
import { clearFailures, noteFailure, refuseWhileWaiting } from "./throttles.ts";

/** Whether this is the account's password, guessed at most as fast as at sign-in. Throws 429 Refusals while waits last. */
export async function isPerson(house: House, accountId: string, password: string): Promise<boolean> {
  if (password === "") return false;
  const name = `password-check/${accountId}`;
  refuseWhileWaiting(house, name, "The last passwords did not fit.");
  noteFailure(house, name);
  const fits = await hasPassword(house, findAccount(house, accountId), password);
  if (fits) clearFailures(house, name);
  return fits;
}

/** True when the person signed in or gave the password within the last ten minutes. */
export function provedLately(house: House, request: FastifyRequest): boolean {
  return isConfirmed(house, visitorOf(request).sessionId);
}

/** Like `isPerson` for who is asking; a right password counts for ten minutes and gives the session a new secret. */
export async function prove(house: House, request: FastifyRequest, password: string): Promise<boolean> {
  const { account, sessionId } = visitorOf(request);
  if (!(await isPerson(house, account.id, password))) return false;
  const secret = confirmSession(house, sessionId);
  if (secret === null) return false;
  request.session.set("sid", secret);
  return true;
}
