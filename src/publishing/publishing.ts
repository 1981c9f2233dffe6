/** What other rooms may ask of publishing. */
import type { Channels } from "../channels/index.ts";
import { foldLog, type PublicationRow } from "../database/index.ts";
import type { House } from "../house.ts";
import type { RecurringJob } from "../jobs/index.ts";
import type { MediaLibrary } from "../media/index.ts";
import { notFound, Refusal } from "../web/index.ts";
import { advance } from "./advance.ts";
import { dropChannel, holdChannel, lookNow, noLongerPublic, releaseChannel } from "./channel-events.ts";
import { again, callOff, isChangeable, ofPost, ofPosts, plan } from "./plan.ts";
import { giveMissingJobs, reportUnfinished } from "./recover.ts";
import { PublicationRows, viewOf } from "./rows.ts";
import type { PublicationView, TimelineLine } from "./views.ts";

const KEEP_FINISHED_JOBS_MS = 7 * 24 * 3600 * 1000;
/** Pages are told of progress at most so often. */
const PROGRESS_EVERY_MS = 250;

export class Publishing {
  readonly #house: House;
  readonly #rows: PublicationRows;
  /** Live bytes of running uploads: a convenience for open pages, the row's checkpoint is what counts. */
  readonly #progress = new Map<string, { sent: number; total: number; saidAt: number }>();
  readonly #callOffs = new Map<string, AbortController>();

  constructor(house: House, channels: Channels, media: MediaLibrary) {
    this.#house = house;
    this.#rows = new PublicationRows(house);
    channels.onSignedOut((channelId, reason) => holdChannel(house, this.#rows, channelId, reason));
    channels.onReconnected((channelId) => releaseChannel(house, this.#rows, channelId));
    channels.beforeDisconnect((channelId) => dropChannel(house, this.#rows, channelId, (id) => this.#abort(id)));
    house.runner.define("publish", {
      lane: "publish",
      // Failures are judged and counted per publication; an error that escapes from there is tried again for ever, slowly.
      attempts: Number.MAX_SAFE_INTEGER,
      run: async (job) => {
        const id = String(job.args["publicationId"]);
        this.#callOffs.set(id, new AbortController());
        try {
          return await advance(
            {
              house,
              rows: this.#rows,
              channels,
              media,
              callOffSignal: () => this.#callOffs.get(id)!.signal,
              onProgress: (row, sent, total) => this.#onProgress(row, sent, total),
            },
            id,
            job,
          );
        } finally {
          this.#callOffs.delete(id);
          this.#progress.delete(id);
        }
      },
    });
  }

  clocks(): RecurringJob[] {
    return [
      { name: "give missing jobs", every: "30 */5 * * * *", run: () => void giveMissingJobs(this.#house) },
      {
        name: "forget finished jobs",
        every: "0 17 * * * *",
        run: () => void this.#house.queue.prune(KEEP_FINISHED_JOBS_MS),
      },
      // The write-ahead log is folded in here, so that a publication never waits for it.
      {
        name: "fold the write-ahead log",
        every: "*/20 * * * * *",
        run: () => foldLog(this.#house.db),
      },
    ];
  }

  /** What waits for this channel's platform asks it now. */
  lookNow(channelId: string): void {
    lookNow(this.#house, channelId);
  }

  /** The platform says that this post, known by its id there, is not public any more. */
  noLongerPublic(channelId: string, remoteId: string): void {
    noLongerPublic(this.#house, this.#rows, channelId, remoteId);
  }

  /** At boot, before the runner starts. */
  recover(): void {
    reportUnfinished(this.#house, this.#rows);
    giveMissingJobs(this.#house);
  }

  /**
   * Makes the post's publications equal to this list, due at `dueAt` (UTC ms), inside the caller's transaction. Those not
   * yet on their way are replaced; throws Refusal 409 when one that is on its way or done would have to change.
   */
  plan(workspaceId: string, postId: string, channelIds: readonly string[], dueAt: number): void {
    plan(this.#house, this.#rows, workspaceId, postId, channelIds, dueAt);
  }

  /**
   * Calls off everything of a post that is not on its way, and says so on its timeline with `event`; returns false when something
   * already is on its way (nothing changed then).
   */
  callOff(workspaceId: string, postId: string, event = "Called off"): boolean {
    return this.#house.db.transaction(() => {
      const found = ofPost(this.#house, workspaceId, postId);
      if (!found.every(isChangeable)) return false;
      for (const row of found) {
        if (row.state !== "cancelled") callOff(this.#house, this.#rows, row, event);
      }
      return true;
    });
  }

  find(workspaceId: string, id: string): PublicationView | null {
    const row = this.#rows.scoped(workspaceId, id);
    return row ? this.#view(row) : null;
  }

  ofPost(workspaceId: string, postId: string): PublicationView[] {
    return ofPost(this.#house, workspaceId, postId).map((row) => this.#view(row));
  }

  /** Publications of several posts, by post; a post without any is not in it. */
  ofPosts(workspaceId: string, postIds: readonly string[]): Map<string, PublicationView[]> {
    const found = ofPosts(this.#house, workspaceId, postIds);
    return new Map([...found].map(([postId, rows]) => [postId, rows.map((row) => this.#view(row))]));
  }

  /** Oldest first. */
  timeline(workspaceId: string, id: string): TimelineLine[] {
    return this.#rows.scoped(workspaceId, id) ? this.#rows.timeline(id) : [];
  }

  /** From failed or held: scheduled again, due now (or at `dueAt`). Throws Refusal 409 from other states, 404 for strangers. */
  retry(workspaceId: string, id: string, dueAt?: number): PublicationView {
    const row = this.#get(workspaceId, id);
    if (row.state !== "failed" && row.state !== "held") throw wrongState(row, "tried again");
    return viewOf(again(this.#house, this.#rows, row, dueAt ?? this.#house.clock.now()));
  }

  /** The person's word, from unconfirmed or in_inbox: it is there, or it is not. Throws Refusal 409 / 404. */
  confirm(workspaceId: string, id: string, word: { landed: true; url?: string } | { landed: false }): PublicationView {
    const row = this.#get(workspaceId, id);
    if (row.state !== "unconfirmed" && row.state !== "in_inbox") throw wrongState(row, "confirmed");
    if (word.landed) {
      const change = { published_at: this.#house.clock.now(), url: word.url ?? row.url, problem: null, memory: null };
      return viewOf(this.#rows.move(row, "published", change, { event: "You said that it is there" }));
    }
    if (row.state === "in_inbox") {
      const problem = {
        kind: "rejected",
        code: "not_in_inbox",
        message: "You said that the draft is not in the inbox.",
        remedy: "Send it to the inbox again when you like.",
      };
      return viewOf(
        this.#rows.move(row, "failed", { problem, memory: null }, { event: "You said that it is not there" }),
      );
    }
    this.#rows.say(id, "You said that it is not there");
    return viewOf(again(this.#house, this.#rows, row, this.#house.clock.now()));
  }

  /** Calls one publication off, where its state allows it. Throws Refusal 409 / 404. */
  cancel(workspaceId: string, id: string): PublicationView {
    const row = this.#get(workspaceId, id);
    const may =
      row.state === "unconfirmed" ||
      row.state === "failed" ||
      (row.fence === "open" && ["scheduled", "publishing", "held"].includes(row.state));
    if (!may) throw wrongState(row, "called off");
    const cancelled = callOff(this.#house, this.#rows, row, "You called it off");
    this.#abort(id);
    return viewOf(cancelled);
  }

  /** True when no publication of this post has begun: text, media and time may still change. */
  mayChange(workspaceId: string, postId: string): boolean {
    return ofPost(this.#house, workspaceId, postId).every(isChangeable);
  }

  #view(row: PublicationRow): PublicationView {
    const live = this.#progress.get(row.id);
    const view = viewOf(row);
    return live ? { ...view, sentBytes: live.sent, totalBytes: live.total } : view;
  }

  #get(workspaceId: string, id: string): PublicationRow {
    const row = this.#rows.scoped(workspaceId, id);
    if (!row) throw notFound("publication");
    return row;
  }

  #abort(id: string): void {
    this.#callOffs.get(id)?.abort(new Error("called off"));
  }

  #onProgress(row: PublicationRow, sent: number, total: number): void {
    const now = this.#house.clock.now();
    const known = this.#progress.get(row.id);
    const say = !known || now - known.saidAt >= PROGRESS_EVERY_MS || sent === total;
    this.#progress.set(row.id, { sent, total, saidAt: say ? now : known.saidAt });
    if (say)
      this.#house.news.emit(`publication:${row.id}`, { publicationId: row.id, postId: row.post_id, sent, total });
  }
}

function wrongState(row: PublicationRow, wish: string): Refusal {
  return new Refusal(409, {
    title: `This cannot be ${wish} now`,
    message: `The publication is ${row.state.replace("_", " ")}. Nothing was changed.`,
    next: "Reload the page to see how it stands.",
  });
}
