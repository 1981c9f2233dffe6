/** OAuth 2 as data-driven steps: build the consent address, trade the code, renew. Knows no platform by name. */
export { authorizeAddress, newState, newVerifier, tradeCode, renewTokens, type OAuthClient } from "./flow.ts";
