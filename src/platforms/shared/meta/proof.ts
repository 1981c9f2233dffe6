/** appsecret_proof: shows that a call comes from somebody who knows the app's secret, not only a stolen token. */
import { createHmac } from "node:crypto";

/**
 * The proof for one token; a proof made for another token is refused.
 * 2026-11: https://developers.facebook.com/docs/graph-api/guides/secure-requests
 */
export function appSecretProof(token: string, appSecret: string): string {
  return createHmac("sha256", appSecret).update(token).digest("hex");
}
