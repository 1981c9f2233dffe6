/** Withdrawing access: Instagram has no call for it, and says so here. */
import { PlatformError, type Session } from "../contract.ts";
import { wayOf } from "./ways.ts";

/**
 * Always throws rejected, with the way to do it by hand. Through Facebook one grant covers every Page and account of the
 * person, so ending it here would sign out channels that nobody asked to disconnect.
 */
export async function revoke(session: Session): Promise<void> {
  if (wayOf(session) === "facebook") {
    throw new PlatformError("rejected", {
      code: "no_revocation",
      message:
        "Facebook's permission covers all Pages and Instagram accounts of the person who connected them, so it was not withdrawn for this one.",
      remedy:
        "To withdraw it, open facebook.com/settings?tab=business_tools as that person, choose this app and remove the account or the whole app.",
      sent: false,
    });
  }
  throw new PlatformError("rejected", {
    code: "no_revocation",
    message: "Instagram gives apps no way to withdraw their own access.",
    remedy:
      "To withdraw it, open the Instagram app: Settings, Website permissions, Apps and websites, choose this app and tap Remove. Until then the permission ends by itself after 60 days at the latest.",
    sent: false,
  });
}
