/** Problems the engine itself reports, in words: what happened, what was kept, what to do next. */
import { PlatformError } from "../platforms/index.ts";
import type { ProblemView } from "./views.ts";

export type Problem = ProblemView;

export function problemFrom(error: unknown): ProblemView {
  if (error instanceof PlatformError) {
    return { kind: error.kind, code: error.code, message: error.message, remedy: error.remedy };
  }
  return {
    kind: "transient",
    code: "internal",
    message: "Something broke inside Postern while it worked on this.",
    remedy: "Your text and media are kept. Try again; the log has the reason.",
  };
}

export function missed(dueText: string): ProblemView {
  return {
    kind: "missed",
    code: "missed",
    message: `Postern was not running at ${dueText}, and the time is longer past than this workspace allows.`,
    remedy: "Nothing was sent. Send it now, choose another time, or call it off.",
  };
}

export function signedOut(platform: string, reason: string): ProblemView {
  return {
    kind: "signed_out",
    code: "signed_out",
    message: `${platform} has signed Postern out: ${reason}`,
    remedy: "Nothing is lost. Reconnect the channel and this goes on by itself.",
  };
}

export function cannotTell(platform: string): ProblemView {
  return {
    kind: "unknown_outcome",
    code: "unknown_outcome",
    message: `The line to ${platform} broke at the moment of posting, and ${platform} cannot say whether it arrived.`,
    remedy: "Postern will not send it again by itself. Look at the channel, then say whether it is there.",
  };
}

export function inboxExpired(platform: string): ProblemView {
  return {
    kind: "rejected",
    code: "inbox_expired",
    message: `The draft in your ${platform} inbox has expired without being posted, as far as ${platform} tells.`,
    remedy: "Your text and media are kept. Send it to the inbox again when you can finish it within a day.",
  };
}

export function restored(platform: string): ProblemView {
  return {
    kind: "restored",
    code: "restored",
    message: `This comes from a backup that was taken while ${platform} was being asked. ${platform} does not know that try, but a later one may have been published since.`,
    remedy: "Nothing was sent. Look at the channel: if it is not there, send it now; if it is, call this off.",
  };
}

export function disconnected(platform: string): ProblemView {
  return {
    kind: "unknown_outcome",
    code: "disconnected",
    message: `The channel was disconnected while ${platform} was still working on this.`,
    remedy: "Look at the channel, then say whether it is there.",
  };
}

export function unheard(platform: string): ProblemView {
  return {
    kind: "unknown_outcome",
    code: "disconnected",
    message: `The channel was disconnected, so Postern does not hear any more what becomes of this draft in the ${platform} inbox.`,
    remedy: `Look in the ${platform} app, then say here whether it was posted.`,
  };
}

export function invalidDraft(platform: string, message: string, remedy: string): ProblemView {
  return {
    kind: "rejected",
    code: "invalid",
    message: `${platform} would not take this: ${message}`,
    remedy: `${remedy} Nothing was uploaded.`.trim(),
  };
}
