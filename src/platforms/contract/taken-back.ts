/** What a vendor signs when a person takes access back, or wants their data gone. */

export interface TakenBack {
  /** The person as this install's app knows them there; null where it concerns one Page or account alone. */
  personId: string | null;
  /** The Page or account it concerns alone, or null. */
  remoteId: string | null;
  /** When it was signed, UTC ms: what was connected after that stands. */
  at: number;
}

export interface TakingBack {
  /** Checks the signature against the app secrets that it may be made with; throws PlatformError("rejected") when none fits. */
  read(signed: string, facts: { secrets: readonly string[]; now: number }): TakenBack;
  /** Whether a channel lives on that person's consent, or is what it concerns. */
  concerns(taken: TakenBack, channel: { remoteId: string; extra: Readonly<Record<string, string>> }): boolean;
}
