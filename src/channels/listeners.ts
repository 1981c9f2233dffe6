/** Who wants to hear that a channel was signed out, came back, or is about to be disconnected. */

export class Listeners {
  readonly signedOut: Array<(channelId: string, reason: string) => void> = [];
  readonly reconnected: Array<(channelId: string) => void> = [];
  /** Called inside the disconnecting transaction. */
  readonly disconnecting: Array<(channelId: string) => void> = [];
}
