/** Channels of every workspace: what is connected, its sessions, its health, its end. The door's one class. */
import type { House } from "../house.ts";
import type { RecurringJob } from "../jobs/index.ts";
import type { Platform, Preparation, Session } from "../platforms/contract.ts";
import { platforms as allPlatforms } from "../platforms/index.ts";
import { notFound } from "../web/index.ts";
import { Apps, type AppCredentials } from "./apps.ts";
import { disconnectChannel, noticeOf, type Notice } from "./disconnect.ts";
import { Consents } from "./consents.ts";
import { Flows } from "./flows.ts";
import { Keeper } from "./keeper.ts";
import { Listeners } from "./listeners.ts";
import { Preparations } from "./preparations.ts";
import { RateWindows } from "./rates.ts";
import { platformIn, type Room } from "./room.ts";
import { ChannelRows, type Channel } from "./rows.ts";
import { signOut } from "./sign-out.ts";
import { eraseTaken, erasureOf, takeBack, type Erasure } from "./taken-back.ts";
import { defineUpkeepJobs, erasedAt, upkeepClocks, type Upkeep } from "./upkeep.ts";
import { endOf, viewOf, type ChannelView, type Receipt } from "./views.ts";

export class Channels {
  readonly platforms: readonly Platform[];
  /** The steps between "Connect" and a connected channel. */
  readonly consents: Consents;
  readonly #room: Room;
  readonly #keeper: Keeper;
  readonly #preparations: Preparations;
  readonly #upkeep: Upkeep;
  readonly #ending = new Map<string, Promise<Receipt>>();

  /** `platforms` is the product's list unless a test brings its own. */
  constructor(house: House, platforms: readonly Platform[] = allPlatforms) {
    this.platforms = platforms;
    const parts = { rows: new ChannelRows(house), apps: new Apps(house), rates: new RateWindows(house) };
    this.#room = { house, platforms, ...parts, listeners: new Listeners() };
    this.#keeper = new Keeper(this.#room);
    const flows = new Flows(house);
    this.#preparations = new Preparations(this.#room, this.#keeper);
    this.consents = new Consents(this.#room, flows, (id) => this.#preparations.forget(id));
    this.#upkeep = {
      room: this.#room,
      keeper: this.#keeper,
      flows,
      eraseLost: async (row) => void (await this.#end(row, { accountId: null, why: "lost" })),
    };
    defineUpkeepJobs(this.#upkeep);
  }

  clocks(): RecurringJob[] {
    return upkeepClocks(this.#upkeep);
  }

  // ------------------------------------------------------------ reading

  /** Connected channels, oldest first. */
  list(workspaceId: string): ChannelView[] {
    return this.#room.rows.connected(workspaceId).map((row) => this.#view(row));
  }

  /** Also a disconnected one, for its label; null for strangers. */
  find(workspaceId: string, id: string): ChannelView | null {
    const row = this.#room.rows.inWorkspace(workspaceId, id);
    return row ? this.#view(row) : null;
  }

  /** 96 px WebP. */
  avatar(workspaceId: string, id: string): Buffer | null {
    return this.#room.rows.avatar(workspaceId, id);
  }

  /** When the person must sign in again, as far as the platform said; UTC ms. */
  endsAt(view: ChannelView): number | null {
    const row = this.#room.rows.get(view.id);
    return row ? endOf(row, this.#keeper.canRenew(row)) : null;
  }

  /** When a signed-out channel's data are erased by themselves, UTC ms. */
  erasedAt(view: ChannelView): number | null {
    const row = this.#room.rows.get(view.id);
    return row && row.state !== "ready" && row.disconnected_at === null ? erasedAt(this.#room, row) : null;
  }

  // ------------------------------------------------------------ being signed in

  /** The only way to a channel's tokens. Throws PlatformError: signed_out, or transient when it could not be renewed now. */
  async session(channelId: string, signal?: AbortSignal): Promise<Session> {
    await this.#keeper.token(channelId);
    return this.#keeper.session(this.#room.rows.get(channelId)!, { signal });
  }

  /** `reason` is shown to the person. Nothing happens to a channel that is not signed in. */
  signOut(channelId: string, reason: string): void {
    signOut(this.#room, channelId, reason);
    this.#preparations.forget(channelId);
  }

  /** The platform says by itself that a person withdrew Postern's access; a sign-in made after that stands. */
  withdrawn(platformId: string, news: { remoteId: string; at: number; reason: string }): void {
    for (const row of this.#room.rows.everywhere(platformId, news.remoteId)) {
      // The platform counts whole seconds.
      if (row.connected_at > news.at + 999) continue;
      signOut(this.#room, row.id, news.reason, "revoked");
      this.#preparations.forget(row.id);
    }
  }

  /** The vendor says that a person removed the app. Throws PlatformError("rejected") when it did not sign that. */
  takeBack(platformId: string, signed: string): void {
    takeBack(this.#room, platformId, signed);
  }

  /** The vendor says that a person wants their data gone; returns the code to look it up by. Throws as `takeBack`. */
  eraseTaken(platformId: string, signed: string): Promise<string> {
    const erase = (row: Channel) => this.#end(row, { accountId: null, why: "person" });
    return eraseTaken(this.#room, platformId, signed, erase);
  }

  erasureOf(code: string): Erasure | null {
    return erasureOf(this.#room, code);
  }

  /** Connected channels of one person at a platform, in every workspace. */
  idsOf(platformId: string, remoteId: string): string[] {
    return this.#room.rows.everywhere(platformId, remoteId).map((row) => row.id);
  }

  onSignedOut(listener: (channelId: string, reason: string) => void): void {
    this.#room.listeners.signedOut.push(listener);
  }

  onReconnected(listener: (channelId: string) => void): void {
    this.#room.listeners.reconnected.push(listener);
  }

  /** Called inside the disconnecting transaction, while the profile is still there. */
  beforeDisconnect(listener: (channelId: string) => void): void {
    this.#room.listeners.disconnecting.push(listener);
  }

  noteSuccess(channelId: string): void {
    this.#room.rows.noteSuccess(channelId);
  }

  // ------------------------------------------------------------ what the compose form needs

  /** At most two minutes old. Throws PlatformError; a 404 Refusal for strangers. */
  async preparation(workspaceId: string, channelId: string): Promise<Preparation> {
    return this.preparationNow(workspaceId, channelId) ?? this.freshPreparation(workspaceId, channelId);
  }

  /** Never waits; null when none is at hand. */
  preparationNow(workspaceId: string, channelId: string): Preparation | null {
    return this.#room.rows.inWorkspace(workspaceId, channelId) ? this.#preparations.now(channelId) : null;
  }

  async freshPreparation(workspaceId: string, channelId: string): Promise<Preparation> {
    return this.#preparations.fresh(this.#connected(workspaceId, channelId));
  }

  // ------------------------------------------------------------ apps

  /** Null = not configured (live mode only). */
  app(platformId: string): AppCredentials | null {
    return this.#room.apps.find(platformId);
  }

  appEnteredAt(platformId: string): number | null {
    return this.#room.apps.enteredAt(platformId);
  }

  setApp(platformId: string, clientId: string, clientSecret: string): void {
    this.#room.apps.set(platformId, clientId, clientSecret);
  }

  clearApp(platformId: string): void {
    this.#room.apps.clear(platformId);
  }

  // ------------------------------------------------------------ disconnecting

  /** How many publications disconnecting would call off. */
  scheduledCount(channelId: string): number {
    return noticeOf(this.#room, channelId).scheduled;
  }

  notice(channelId: string): Notice {
    return noticeOf(this.#room, channelId);
  }

  /** Doing it again gives the same receipt. Throws a 404 Refusal for strangers. */
  async disconnect(workspaceId: string, id: string, accountId: string | null = null): Promise<Receipt> {
    const row = this.#room.rows.inWorkspace(workspaceId, id);
    if (!row) throw notFound("channel");
    return this.receipt(workspaceId, id) ?? this.#end(row, { accountId, why: "person" });
  }

  /** What disconnecting did; null for strangers and for connected channels. */
  receipt(workspaceId: string, id: string): Receipt | null {
    const row = this.#room.rows.inWorkspace(workspaceId, id);
    return row?.receipt ? (JSON.parse(row.receipt) as Receipt) : null;
  }

  #end(row: Channel, by: { accountId: string | null; why: "person" | "lost" }): Promise<Receipt> {
    let ending = this.#ending.get(row.id);
    if (!ending) {
      ending = disconnectChannel(this.#room, this.#keeper, row, by).finally(() => {
        this.#preparations.forget(row.id);
        this.#ending.delete(row.id);
      });
      this.#ending.set(row.id, ending);
    }
    return ending;
  }

  #connected(workspaceId: string, id: string): Channel {
    const row = this.#room.rows.inWorkspace(workspaceId, id);
    if (!row || row.disconnected_at !== null) throw notFound("channel");
    return row;
  }

  #view(row: Channel): ChannelView {
    const extra = this.#room.rows.extra(row);
    const platform = platformIn(this.#room, row.platform);
    return viewOf(row, { platform, extra, renews: this.#keeper.canRenew(row), now: this.#room.house.clock.now() });
  }
}
