/** Withdraws the grant where that harms nothing else: Facebook knows only one grant for all of a person's Pages. */
import { PlatformError, type Session } from "../contract.ts";
import { withdrawGrant } from "../shared/meta/index.ts";

/**
 * Deauthorises the app for the person when the grant covers this Page and nothing else.
 * Throws PlatformError("rejected") with how to do it by hand when it covers more, transient when Facebook did not confirm.
 */
export async function revoke(session: Session): Promise<void> {
  if (!(await withdrawGrant(session, { ids: [session.remoteId], foreign: /^instagram_/ }))) throw byHand();
}

function byHand(): PlatformError {
  return new PlatformError("rejected", {
    code: "shared_grant",
    message:
      "Facebook still lists this app: one consent covers all Pages and accounts that were ticked, and withdrawing it would sign out the others too.",
    remedy:
      "To withdraw it for all of them, open facebook.com/settings?tab=business_tools and remove the app. To take out this Page only, edit the app there and untick it.",
  });
}
