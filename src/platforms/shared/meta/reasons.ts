/** One table from Meta's codes and subcodes to the engine's kinds, in plain words and with a next step. */
import type { ProblemKind } from "../../contract.ts";
import type { GraphFault } from "./envelope.ts";
import { videoReasons } from "./video-reasons.ts";

export interface Reason {
  kind: ProblemKind;
  message: string;
  remedy: string;
  /** Meta's own sentence is added. */
  quote?: boolean;
  /** How long a limit lasts when Meta does not say, ms. */
  waitMs?: number;
}

/** Rows by "code/subcode", subcode or code. */
export type Reasons = Readonly<Record<string, Reason>>;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const AGAIN = "Nothing to do: it is tried again.";
const RECONNECT = "Connect the channel again.";
const CHANGE = "Change what is named and send it again; nothing was published.";

const signedOut = (message: string, remedy = RECONNECT): Reason => ({ kind: "signed_out", message, remedy });
const rejected = (message: string, remedy: string, quote = false): Reason => ({
  kind: "rejected",
  message,
  remedy,
  quote,
});
const transient = (message: string): Reason => ({ kind: "transient", message, remedy: AGAIN });
const limited = (message: string, waitMs: number, remedy = AGAIN): Reason => ({
  kind: "rate_limited",
  message,
  remedy,
  waitMs,
});

const permission = rejected(
  "Meta does not let this sign-in do that.",
  "Check that the person who connected it still has a full role on the Page, then connect it again with every box ticked.",
  true,
);
const missing = rejected(
  "Meta does not find it, or does not show it to this sign-in.",
  "Look on the platform whether it is there.",
);
const pause = limited("Meta asks for a slower pace.", 5 * MINUTE);
const abuse = rejected(
  "Meta has blocked this channel from posting for a while, because of its rules against spam or abuse.",
  "Stop posting for some days and look in the app for a notice; posting on prolongs the block.",
  true,
);

// 2026-11: https://developers.facebook.com/docs/graph-api/guides/error-handling
// https://developers.facebook.com/docs/pages-api/error-codes and .../graph-api/reference/user/accounts
const byCode: Readonly<Record<string, Reason>> = {
  "1": transient("Meta had an error of its own."),
  "2": transient("Meta is not available at the moment."),
  "-1": transient("Meta had an error of its own."),
  "1/2853006": permission,
  "3": permission,
  "4": limited("This install's app has used up what Meta allows it in an hour.", 10 * MINUTE),
  "10": permission,
  "17": pause,
  "32": limited("This channel has used up what Meta allows it for now.", 10 * MINUTE),
  "100": rejected("Meta refused the request as it was written.", CHANGE, true),
  "100/33": missing,
  "100/36007": rejected("The sign-in was started too long ago.", "Connect again."),
  "100/36008": rejected(
    "Meta does not accept the redirect address.",
    "An administrator enters the redirect address shown here, letter for letter, among the app's valid OAuth redirect URIs.",
  ),
  "100/36009": rejected("This sign-in was used already.", "Connect again."),
  "101": rejected(
    "Meta does not accept this install's app id or secret.",
    "An administrator compares both with the app's settings at Meta.",
  ),
  "102": signedOut("Meta has ended this sign-in."),
  "105": rejected("Meta refused the request because it holds too much.", CHANGE),
  "190": signedOut("Meta no longer accepts this channel's sign-in."),
  "190/458": signedOut("The person has removed this app from their Facebook account."),
  "190/459": signedOut(
    "Facebook wants the person to confirm something first.",
    "Sign in at facebook.com and do what it asks, then connect the channel again.",
  ),
  "190/460": signedOut("The person's Facebook password was changed, which ends every sign-in."),
  "190/463": signedOut("The sign-in has expired."),
  "190/464": signedOut(
    "The person's Facebook account is not confirmed.",
    "Confirm it at facebook.com, then connect the channel again.",
  ),
  "190/467": signedOut("The sign-in was withdrawn."),
  "190/492": signedOut(
    "The person who connected this Page no longer has a role on it.",
    "Somebody with a role on the Page connects it again.",
  ),
  "190/2069032": signedOut("Meta wants the Page's own sign-in here."),
  "197": rejected("Facebook says that the post is empty.", "Write a text, or add a link or a photo."),
  "283": signedOut(
    "This channel was connected without a permission that is needed here.",
    `${RECONNECT} Leave every box ticked.`,
  ),
  "200/1609008": rejected(
    "Facebook takes no link to facebook.com here.",
    "Use another address, or write it into the text.",
  ),
  "341": limited("Meta lets this app post no more for now.", HOUR),
  "368": abuse,
  "459": signedOut(
    "Facebook wants the person to confirm something first.",
    "Sign in at facebook.com and do what it asks, then connect the channel again.",
  ),
  "483": signedOut("Meta has blocked this sign-in until the person agrees again."),
  "506": rejected(
    "The Page's latest post says exactly the same, and Facebook takes no post twice in a row.",
    "Change a word, or leave it: it is there already.",
  ),
  "613": limited("Meta asks for a slower pace.", HOUR),
  "1366046": rejected(
    "The photo is too large or of a kind that Facebook does not take.",
    "Save it as a JPEG of at most 4 MB.",
  ),
  "1366051": rejected(
    "Facebook says that these photos are in another post already.",
    "Send the post again with the photos uploaded anew.",
  ),
  "1390008": limited("Facebook says that this Page posts too fast.", HOUR),
  "1404112": abuse,
  "1346003": abuse,
  "1404102": rejected("Facebook refused the post because of its community standards.", "Change the post.", true),
  "1404078": rejected(
    "Facebook wants this Page's people to confirm who they are before the Page may post.",
    "Open the Page in the Facebook app and follow the notice there.",
  ),
  "4854002": rejected(
    "Facebook wants this Page's people to confirm who they are before the Page may post.",
    "Open the Page in the Facebook app and follow the notice there.",
  ),
  "1500": rejected("Facebook does not accept the link.", "Check the address, or write it into the text instead."),
  "1609005": rejected(
    "Facebook could not read the page behind the link.",
    "Check the address, or write it into the text instead.",
  ),
  "1705": rejected("Facebook takes comments only from the Page itself.", RECONNECT),
  "2500": rejected("Meta did not understand the request.", "Please report this together with the code.", true),
};

/** Whether Meta's numbers stand in one of the tables or ranges. */
export function isKnown({ code, subcode }: GraphFault, own: Reasons = {}): boolean {
  if (code !== null && ((code >= 200 && code <= 299) || (code >= 80_000 && code <= 80_014))) return true;
  const keys = [`${code}/${subcode}`, String(subcode), String(code)];
  return keys.some((key) => own[key] !== undefined || videoReasons[key] !== undefined || byCode[key] !== undefined);
}

/**
 * The row for a refusal: subcode with code first, then subcode, code, the ranges, and last what Meta itself says. A
 * platform's `own` rows come before the shared ones of the same kind.
 */
export function reasonFor(fault: GraphFault, own: Reasons = {}): Reason {
  const code = fault.code ?? 0;
  const rowOf = (key: string) => own[key] ?? videoReasons[key] ?? byCode[key];
  const exact = [`${code}/${fault.subcode}`, String(fault.subcode)].map(rowOf).find((row) => row !== undefined);
  if (fault.subcode !== null && exact) return exact;
  // 2026-11: 80000 to 80014 are the business limits, each for another kind of asset; Pages are 80001.
  if (code >= 80_000 && code <= 80_014) return own[String(code)] ?? byCode["32"]!;
  const row = rowOf(String(code));
  // A limit stays a limit when Meta adds that it will pass.
  if (row?.kind === "rate_limited") return row;
  if (fault.transient) return rowOf("2")!;
  if (row) return row;
  if (code >= 200 && code <= 299) return own["200"] ?? permission;
  return rejected("Meta refused.", CHANGE, true);
}
