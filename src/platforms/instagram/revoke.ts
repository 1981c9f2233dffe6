/** Withdrawing access: Instagram itself has no call for it, Facebook one for a person as a whole. */
import { PlatformError, type Session } from "../contract.ts";
import { withdrawGrant } from "../shared/meta/index.ts";
import { wayOf } from "./ways.ts";

/**
 * Through Facebook one grant covers every Page and account of the person: it is withdrawn only when it covers this account and
 * its Page alone. Throws rejected, with the way to do it by hand, for everything else.
 */
export async function revoke(session: Session): Promise<void> {
  if (wayOf(session) === "facebook") {
    const ids = [session.remoteId, session.extra["pageId"] ?? ""];
    // Somebody who may post to the Page has it as a channel of its own, perhaps.
    if (await withdrawGrant(session, { ids, foreign: /^pages_manage_posts$/ })) return;
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
