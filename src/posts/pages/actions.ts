/** What a person can do about a publication: one table from its state to its buttons. */
import type { PublicationView } from "../../publishing/index.ts";

export interface Action {
  /** "retry", "landed", "absent" and "cancel" are posted to the publication, "copy" to its post; the others are links. */
  id: "retry" | "landed" | "absent" | "cancel" | "copy" | "reconnect" | "open" | "edit";
  label: string;
  tone: "primary" | "plain" | "bare" | "danger";
  /** Asked before what cannot be undone. */
  confirm?: string;
  /** Beside this button stands a field for the link. */
  takesLink?: boolean;
  href?: string;
}

export interface Standing {
  publication: Pick<PublicationView, "state" | "url" | "problem" | "postId">;
  platformName: string;
  signedOut: boolean;
  disconnected: boolean;
  /** The post may still be edited. */
  mayChange: boolean;
}

export function actionsOf(standing: Standing): Action[] {
  const { publication, platformName } = standing;
  switch (publication.state) {
    case "scheduled":
      return [callOff("Call off", "Call this off? It stays here and can be scheduled again.")];
    case "publishing":
      return [callOff("Stop", "Stop sending this? Nothing of it is public yet, and nothing will be.")];
    case "confirming":
    case "cancelled":
      return [];
    case "published":
      return open(publication.url, platformName);
    case "in_inbox":
      return [
        { id: "landed", label: "I have posted it", tone: "primary", takesLink: true },
        {
          id: "absent",
          label: "It is not in my inbox",
          tone: "bare",
          confirm: "Mark this as not delivered? You can send it to the inbox again afterwards.",
        },
      ];
    case "held":
      return heldActions(standing);
    case "unconfirmed":
      return [
        { id: "landed", label: "It is there", tone: "primary", takesLink: true },
        {
          id: "absent",
          label: "It is not there",
          tone: "plain",
          confirm: `Postern will send it to ${platformName} again. Go on only if you have looked and it is not there.`,
        },
        callOff("Leave it", "Leave this undecided and never send it again?"),
      ];
    case "failed":
      return failedActions(standing);
  }
}

function heldActions(standing: Standing): Action[] {
  const off = callOff("Call off", "Call this off? Nothing was sent.");
  if (standing.disconnected) return [off];
  if (standing.signedOut) return [reconnect(), off];
  return [
    { id: "retry", label: "Send it now", tone: "primary" },
    ...edit(standing, "Choose another time", "plain"),
    off,
  ];
}

function failedActions(standing: Standing): Action[] {
  if (standing.disconnected) return [];
  if (standing.signedOut) return [reconnect()];
  const refused = standing.publication.problem?.kind === "rejected";
  // Another channel has begun, so the post itself stays as it is.
  if (refused && !standing.mayChange) {
    return [
      { id: "copy", label: "Edit a copy", tone: "primary" },
      { id: "retry", label: "Try again", tone: "plain" },
    ];
  }
  const again: Action = { id: "retry", label: "Try again", tone: refused ? "plain" : "primary" };
  return refused
    ? [...edit(standing, "Edit the post", "primary"), again]
    : [again, ...edit(standing, "Edit the post", "plain")];
}

function edit(standing: Standing, label: string, tone: Action["tone"]): Action[] {
  return standing.mayChange ? [{ id: "edit", label, tone, href: `/posts/${standing.publication.postId}/edit` }] : [];
}

function callOff(label: string, confirm: string): Action {
  return { id: "cancel", label, tone: "bare", confirm };
}

function reconnect(): Action {
  return { id: "reconnect", label: "Reconnect", tone: "primary", href: "/channels" };
}

/** Only web addresses become links. */
function open(url: string | null, platformName: string): Action[] {
  if (!url || !/^https?:\/\//i.test(url)) return [];
  return [{ id: "open", label: `Open on ${platformName}`, tone: "plain", href: url }];
}
