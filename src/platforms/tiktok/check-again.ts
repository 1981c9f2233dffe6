/** TikTok wants the creator's settings read again just before anything is opened there. */
import { PlatformError } from "../contract.ts";
import type { TikTokDelivery } from "./follow.ts";
import { creatorInfo, type Creator, type Prepared } from "./prepare.ts";
import { validate } from "./validate.ts";

/**
 * The creator as TikTok describes them now; null for drafts, which need none. A choice that is not offered any more is
 * never replaced by another. Throws PlatformError: rejected, or what creator_info/query was refused with.
 */
export async function checkAgain(delivery: TikTokDelivery): Promise<Creator | null> {
  const draft = { text: delivery.text, media: delivery.media, options: delivery.options, assets: {}, dueAt: null };
  const { session, options } = delivery;
  const facts: Prepared = {
    creator: null,
    header: { name: "", handle: session.handle, avatarUrl: null },
    canPostDirectly: session.scopes.includes("video.publish"),
    canSendDrafts: session.scopes.includes("video.upload"),
    block: null,
  };
  refuse(validate(draft, facts));
  if (options.mode !== "direct") return null;
  const creator = await creatorInfo(session);
  refuse(validate(draft, { ...facts, creator }));
  return creator;
}

function refuse(problems: ReturnType<typeof validate>): void {
  const [first] = problems;
  if (!first) return;
  throw new PlatformError("rejected", { code: `check_${first.field}`, message: first.message, remedy: first.remedy });
}
