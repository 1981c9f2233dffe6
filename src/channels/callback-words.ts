/** How the end of a consent is told: what happened, what was kept, what to do next. */
import type { Platform, PlatformError } from "../platforms/contract.ts";
import type { Connected } from "./connect.ts";

export interface Said {
  text: string;
  tone: "plain" | "waiting" | "broken";
}

/** Unknown, expired, of another session, workspace or platform: they must look alike. */
export const tooLate: Said = {
  text: "That sign-in took too long or was opened in another browser, so nothing was connected. Press Connect again, here in this browser.",
  tone: "waiting",
};

export const usedBefore: Said = {
  text: "That sign-in was finished before; opening its page again changes nothing. Your channels are below.",
  tone: "plain",
};

/** What the callback itself says against connecting; null when it brought a code. */
export function callbackWords(platform: Platform, query: Readonly<Record<string, string>>): Said | null {
  const error = query["error"] ?? "";
  if (error === "" && query["code"]) return null;
  switch (error) {
    case "access_denied":
    case "user_cancelled_login":
    case "user_cancelled_authorize":
      return {
        text: `${platform.name} was not connected, because you did not allow it. Nothing was changed.`,
        tone: "plain",
      };
    case "server_error":
    case "temporarily_unavailable":
      return {
        text: `${platform.name} had a fault of its own, so nothing was connected. Try again in a few minutes.`,
        tone: "broken",
      };
    case "":
      return {
        text: `${platform.name} sent you back without a sign-in, so nothing was connected. Press Connect again.`,
        tone: "broken",
      };
    default:
      return {
        text: `${platform.name} did not accept this install's app${codeOf(error)}, so nothing was connected. The owner compares redirect address and permissions under Platforms.`,
        tone: "broken",
      };
  }
}

/** What a platform's module threw while a consent was being finished. */
export function errorWords(platform: Platform, error: PlatformError): Said {
  if (error.code === "network") {
    return {
      text: `${platform.name} could not be reached to finish the sign-in, so nothing was connected. Try again in a minute.`,
      tone: "broken",
    };
  }
  if (error.kind === "transient" || error.kind === "rate_limited") {
    return { text: `${error.message} Nothing was connected. Try again in a few minutes.`, tone: "broken" };
  }
  return { text: `${error.message} Nothing was connected. ${error.remedy}`.trim(), tone: "broken" };
}

export function landedWords(platform: Platform, connected: readonly Connected[]): string {
  const [first, ...more] = connected;
  if (!first) return "";
  if (more.length > 0) return `${connected.map((one) => one.name).join(", ")} are connected.`;
  return first.again
    ? `${first.name} is signed in at ${platform.name} again.`
    : `${first.name} on ${platform.name} is connected.`;
}

/** A vendor's code, if it looks like one. */
function codeOf(error: string): string {
  return /^[a-z0-9_.-]{1,40}$/i.test(error) ? ` (${error})` : "";
}
