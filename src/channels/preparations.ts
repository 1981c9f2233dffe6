/** What platforms want the compose form to show, kept for two minutes in memory, asked for once at a time per channel. */
import { PlatformError, type Preparation } from "../platforms/contract.ts";
import type { Keeper } from "./keeper.ts";
import { platformIn, type Room } from "./room.ts";
import type { Channel } from "./rows.ts";
import { signOut } from "./sign-out.ts";

const KEPT_MS = 2 * 60_000;

export class Preparations {
  readonly #room: Room;
  readonly #keeper: Keeper;
  readonly #kept = new Map<string, { at: number; value: Preparation }>();
  readonly #flights = new Map<string, Promise<Preparation>>();

  constructor(room: Room, keeper: Keeper) {
    this.#room = room;
    this.#keeper = keeper;
  }

  /** Never waits; null when nothing fresh is at hand. */
  now(channelId: string): Preparation | null {
    const kept = this.#kept.get(channelId);
    if (!kept || this.#room.house.clock.now() - kept.at > KEPT_MS) return null;
    return kept.value;
  }

  /** Asks the platform. Throws PlatformError; a signed_out one has signed the channel out. */
  fresh(row: Channel): Promise<Preparation> {
    let flight = this.#flights.get(row.id);
    if (!flight) {
      flight = this.#ask(row).finally(() => {
        if (this.#flights.get(row.id) === flight) this.#flights.delete(row.id);
      });
      this.#flights.set(row.id, flight);
    }
    return flight;
  }

  forget(channelId: string): void {
    this.#kept.delete(channelId);
    this.#flights.delete(channelId);
  }

  async #ask(row: Channel): Promise<Preparation> {
    try {
      await this.#keeper.token(row.id);
      const value = await platformIn(this.#room, row.platform).prepare(this.#keeper.session(row));
      // A channel that was disconnected while the platform was asked leaves nothing behind.
      if (this.#room.rows.get(row.id)?.disconnected_at === null) {
        this.#kept.set(row.id, { at: this.#room.house.clock.now(), value });
      }
      return value;
    } catch (error) {
      if (error instanceof PlatformError && error.kind === "signed_out") {
        signOut(this.#room, row.id, `${error.message} ${error.remedy}`.trim());
      }
      throw error;
    }
  }
}
