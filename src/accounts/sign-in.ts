/** Signing up and in: limits first, then equal work for known and unknown addresses. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { AccountRow } from "../database/index.ts";
import type { House } from "../house.ts";
import {
  anyAccount,
  createAccount,
  EmailTaken,
  findAccount,
  findByEmail,
  foldEmail,
  hasPassword,
  storeHash,
} from "./accounts.ts";
import { audit } from "./audit.ts";
import { signUpIsOpen } from "./instance.ts";
import { inviteIsOpen, useInvite } from "./invites.ts";
import { knownDevice, rememberDevice } from "./known-devices.ts";
import { hashPassword, needsRehash, passwordProblem } from "./passwords.ts";
import { openSession } from "./sessions.ts";
import { addressKey, clearFailures, countUse, noteFailure, refuseWhileWaiting } from "./throttles.ts";

const TEN_MINUTES = 10 * 60_000;
const HOUR = 3600_000;

/** May somebody sign up now: the first account, an opened instance, or with an open invite. */
export function maySignUp(house: House, invite: string): boolean {
  return !anyAccount(house) || signUpIsOpen(house) || (invite !== "" && inviteIsOpen(house, invite));
}

export interface SignUp {
  name: string;
  email: string;
  password: string;
  timeZone: string;
  invite: string;
}

/** Returns errors by field, or nothing after the account was made and the browser was signed in. */
export async function signUp(
  house: House,
  request: FastifyRequest,
  reply: FastifyReply,
  form: SignUp,
): Promise<Record<string, string> | null> {
  const weak = passwordProblem(form.password, form);
  if (weak) return { password: weak };
  countUse(house, `sign-up/${addressKey(request.ip)}`, 5, HOUR, "Too many accounts were made from your network.");
  const passwordHash = await hashPassword(form.password);
  try {
    const made = house.db.transaction(() => {
      const byRight = !anyAccount(house) || signUpIsOpen(house);
      if (!byRight && !useInvite(house, form.invite)) return null;
      return createAccount(house, { ...form, passwordHash });
    });
    if (!made) return { form: "This invite has been used or has expired. Ask for a new one." };
    audit(house, { action: "auth.sign_up", accountId: made.accountId, workspaceId: made.workspaceId });
    rememberDevice(house, request, reply, made.accountId);
    begin(house, request, made.accountId, false);
    return null;
  } catch (error) {
    if (error instanceof EmailTaken)
      return { email: "There is an account with this address already. Sign in instead." };
    throw error;
  }
}

export interface SignIn {
  email: string;
  password: string;
  /** Set on somebody else's computer: a short session, and the browser is not remembered. */
  borrowed?: string | undefined;
}

/** False when address and password do not fit. Throws 429 Refusals while waits last. */
export async function signIn(
  house: House,
  request: FastifyRequest,
  reply: FastifyReply,
  form: SignIn,
): Promise<boolean> {
  const account = findByEmail(house, form.email);
  const counter = countTry(house, request, foldEmail(form.email), account?.id);
  if (!(await hasPassword(house, account, form.password)) || !account || !(await renewHash(house, account, form))) {
    audit(house, { action: "auth.sign_in", outcome: "refused", accountId: account?.id ?? null });
    return false;
  }
  // The count of the network stays: an account of one's own must not buy fresh tries at others.
  clearFailures(house, counter);
  audit(house, { action: "auth.sign_in", accountId: account.id });
  if (!form.borrowed) rememberDevice(house, request, reply, account.id);
  begin(house, request, account.id, Boolean(form.borrowed));
  return true;
}

/** A hash of an older cost is made anew while the password is at hand. False when the password was changed meanwhile. */
async function renewHash(house: House, account: AccountRow, { password }: SignIn): Promise<boolean> {
  if (!needsRehash(account.password_hash)) return true;
  if (storeHash(house, account.id, await hashPassword(password), account.password_hash)) return true;
  return hasPassword(house, findAccount(house, account.id), password);
}

/**
 * Counts a try before the slow comparison, so that tries sent side by side cannot slip past the wait. A browser that signed in
 * to this account before has a count of its own and no part in that of its network: what strangers try never makes it wait.
 */
function countTry(house: House, request: FastifyRequest, folded: string, accountId: string | undefined): string {
  const device = accountId && knownDevice(house, request, accountId);
  const counter = device ? `sign-in/device/${device}` : `sign-in/account/${folded}`;
  refuseWhileWaiting(house, counter, "The last tries for this account did not fit.");
  const network = `sign-in/address/${addressKey(request.ip)}`;
  if (!device) countUse(house, network, 20, TEN_MINUTES, "Too many tries to sign in came from your network.");
  noteFailure(house, counter);
  return counter;
}

/** A new session each time, so that a cookie planted before is worth nothing. */
export function begin(house: House, request: FastifyRequest, accountId: string, borrowed: boolean): void {
  const userAgent = request.headers["user-agent"] ?? "";
  request.session.regenerate();
  request.session.set("sid", openSession(house, accountId, { userAgent, ip: request.ip, borrowed }));
}

/** Only paths of our own: one leading slash, same origin after parsing. */
export function safeNext(next: string): string {
  if (!/^\/(?![/\\])/.test(next)) return "/";
  const parsed = URL.canParse(next, "http://here.invalid") ? new URL(next, "http://here.invalid") : null;
  if (parsed?.origin !== "http://here.invalid") return "/";
  // Looked at again: "/.//elsewhere" becomes "//elsewhere" only by being parsed.
  const path = `${parsed.pathname}${parsed.search}`;
  return /^\/(?![/\\])/.test(path) ? path : "/";
}
