/** What a platform sends by itself: its webhook, checked and read by the module. */

export interface PushedRequest {
  /** Lower-case names. */
  headers: Readonly<Record<string, string | undefined>>;
  /** As it came: signatures are over the bytes. */
  body: Uint8Array;
}

/** About the person with this id at the platform. `at` = when it happened there, UTC ms. */
export type PushedNews = { remoteId: string; at: number } & (
  | /** Postern's access was withdrawn there; `reason` in plain words. */
    { kind: "withdrawn"; reason: string }
    /** Something moved: whoever waits should ask now. The news itself decides nothing. */
  | { kind: "look" }
  /** A post that was public is not any more. */
  | { kind: "hidden"; postId: string }
);
