/** Withdraws the grant where that harms nothing else: Facebook knows only one grant for all of a person's Pages. */
import { z } from "zod";
import { PlatformError, type Session } from "../contract.ts";
import { appToken, call, inspectToken } from "../shared/meta/index.ts";

const done = z.object({ success: z.literal(true) }).or(z.literal(true));

// 2026-11: a Page's token may not withdraw anything, the app's own may, but only for a person as a whole.
// https://developers.facebook.com/docs/graph-api/reference/user/permissions
/**
 * Deauthorises the app for the person when the grant covers this Page and nothing else.
 * Throws PlatformError("rejected") with how to do it by hand when it covers more, transient when Facebook did not confirm.
 */
export async function revoke(session: Session): Promise<void> {
  const facts = await inspectToken(session, await session.accessToken());
  // A token that Facebook no longer accepts is as withdrawn as it can be.
  if (!facts.valid) return;
  const onlyThis = facts.targets?.every((id) => id === session.remoteId) ?? false;
  if (!onlyThis || facts.userId === null) throw byHand();
  await call(session, { method: "DELETE", path: `/${facts.userId}/permissions`, token: appToken(session) }, done);
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
