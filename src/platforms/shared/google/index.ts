/** What Google platforms share: sign-in, the error envelope, the quota day. */
export { googleOAuth, readTokens, revokeGrant } from "./oauth.ts";
export { googleError, retryAfter, type GoogleError } from "./envelope.ts";
export { nextPacificMidnight } from "./pacific.ts";
