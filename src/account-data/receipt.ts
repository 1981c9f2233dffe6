/** What erasing did, in words for the person and for the operator. */
import { words } from "../web/index.ts";
import type { Erased } from "./erase-account.ts";

export interface ReceiptWords {
  withdrawn: string[];
  erased: string[];
  stays: string[];
}

/** Sentences; none of them says who it was. Only an operator is told paths of this machine. */
export function receiptOf(erased: Erased, { forOperator }: { forOperator: boolean }): ReceiptWords {
  const { posts, media, workspaces, calledOff, onTheirWay } = erased;
  return {
    withdrawn:
      erased.channels.length === 0
        ? ["No channel was connected, so there was nothing to withdraw."]
        : erased.channels.map((one) => `${one.platform}: ${one.words}`),
    erased: [
      "Name, address, password, sessions, API keys and settings.",
      `${capital(words.count(workspaces, "workspace"))} with ${words.count(posts, "post")} and ${words.count(media, "file")}, tokens and channel profiles.`,
      ...(calledOff > 0 ? [`${capital(words.count(calledOff, "scheduled publication"))} called off.`] : []),
      "Who did what: the audit log keeps that something was done, and when.",
    ],
    stays: [
      "What is published stays at the platforms; Postern deletes nothing there.",
      ...(onTheirWay > 0
        ? [
            `${capital(words.count(onTheirWay, "publication"))} ${onTheirWay === 1 ? "was" : "were"} on the way to a platform and may still appear there.`,
          ]
        : []),
      backupWords(erased, forOperator),
      ...(erased.logCleared
        ? []
        : [
            "The database's log was in use, so traces stay in it until Postern clears it by itself, at the next stop at the latest.",
          ]),
      ...(erased.installIsFree
        ? ["Nobody is left. Whoever signs up next owns this install; stop Postern if nobody should."]
        : []),
    ],
  };
}

function backupWords({ backups }: Erased, forOperator: boolean): string {
  if (!forOperator) return "Backups made before still hold the account, until the operator deletes them.";
  if (backups.length === 0)
    return "Backups kept elsewhere still hold the account. Delete them, or erase again after restoring one.";
  return `Backups made before still hold the account: ${backups.join(", ")}, and copies kept elsewhere. Delete them, or erase again after restoring one.`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
