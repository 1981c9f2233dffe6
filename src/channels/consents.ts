/** The steps between "Connect" and a connected channel, in their order: begin, take, land, choose. */
import { authorizeAddress } from "../oauth/index.ts";
import { notFound } from "../web/index.ts";
import { loginConfigurationOf } from "./apps.ts";
import { connectDestinations, sameChannel, type Connected } from "./connect.ts";
import { ConsentProblem, finishConsent } from "./consent.ts";
import type { Flow, Flows, Found, FoundDestination, Whose } from "./flows.ts";
import { platformIn, wayOf, type Room } from "./room.ts";

/** Where consent led: channels are connected, or the person has to choose (under this flow). */
export type Landing = { connected: Connected[] } | { choose: string };

export interface Beginning {
  platform: string;
  /** Id of one of the platform's ways to sign in; "" = its own. */
  way: string;
  /** The channel to sign in again; null = whatever comes. */
  channelId: string | null;
  redirectUri: string;
}

export class Consents {
  readonly #room: Room;
  readonly #flows: Flows;
  readonly #changed: (channelId: string) => void;

  constructor(room: Room, flows: Flows, changed: (channelId: string) => void) {
    this.#room = room;
    this.#flows = flows;
    this.#changed = changed;
  }

  /** The platform's consent address for a new flow. Throws ConsentProblem without an app, a 404 Refusal for a strange channel. */
  begin(whose: Whose, to: Beginning): string {
    const platform = platformIn(this.#room, to.platform);
    const way = wayOf(platform, this.#wayFor(whose, to));
    const app = this.#room.apps.find(way.app);
    if (!app) throw new ConsentProblem(`${platform.name} is not set up in this install yet. Nothing was changed.`);
    const flow = this.#flows.begin(whose, { ...to, way: way.id });
    const configuration = loginConfigurationOf(this.#room.house, way.app);
    return authorizeAddress(way.oauth, { clientId: app.clientId, redirectUri: to.redirectUri, configuration }, flow);
  }

  /** Takes the flow of a callback, once, before anything is sent. */
  take(state: string, whose: Whose, platform: string): Flow | "used" | "unknown" {
    return this.#flows.consume(state, whose, platform);
  }

  /** Throws ConsentProblem and PlatformError, with nothing stored. */
  async land(flow: Flow, query: Readonly<Record<string, string>>, accountId: string | null): Promise<Landing> {
    const found = await finishConsent(this.#room, flow, query);
    const only =
      flow.channelId !== null
        ? sameChannel(this.#room, flow, found)
        : found.destinations.length === 1
          ? found.destinations[0]
          : undefined;
    if (only) return { connected: this.#connect(flow.workspaceId, found, [only], accountId) };
    this.#flows.keep(flow.id, found);
    return { choose: flow.id };
  }

  /** What is to be chosen from; null when it was chosen, is too old, or is a stranger's. */
  found(flowId: string, whose: Whose): Found | null {
    return this.#flows.found(flowId, whose);
  }

  isConnected(workspaceId: string, platform: string, remoteId: string): boolean {
    return this.#room.rows.byRemoteId(workspaceId, platform, remoteId) !== undefined;
  }

  /** Connects the chosen ones and forgets the flow; null when it cannot be chosen from any more. */
  choose(
    flowId: string,
    whose: Whose,
    remoteIds: readonly string[],
    accountId: string | null,
  ): { platform: string; connected: Connected[] } | null {
    return this.#room.house.db.transaction(() => {
      const found = this.#flows.found(flowId, whose);
      if (!found) return null;
      this.#flows.forget(flowId);
      const chosen = found.destinations.filter((one) => remoteIds.includes(one.remoteId) && one.barred === undefined);
      return { platform: found.platform, connected: this.#connect(whose.workspaceId, found, chosen, accountId) };
    });
  }

  /** A channel is signed in again the way it was signed in first. */
  #wayFor(whose: Whose, to: Beginning): string {
    if (to.channelId === null) return to.way;
    const row = this.#room.rows.inWorkspace(whose.workspaceId, to.channelId);
    if (!row || row.disconnected_at !== null || row.platform !== to.platform) throw notFound("channel");
    return this.#room.rows.extra(row)["way"] ?? "";
  }

  #connect(
    workspaceId: string,
    found: Found,
    chosen: readonly FoundDestination[],
    accountId: string | null,
  ): Connected[] {
    const connected = connectDestinations(this.#room, workspaceId, found, chosen, accountId);
    for (const { id } of connected) this.#changed(id);
    return connected;
  }
}
