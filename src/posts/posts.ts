/** What other rooms may ask of posts: drafts, versions, problems, plans. */
import { audit } from "../accounts/index.ts";
import type { Channels } from "../channels/index.ts";
import type { House } from "../house.ts";
import { newId } from "../ids.ts";
import type { RecurringJob } from "../jobs/index.ts";
import type { MediaLibrary } from "../media/index.ts";
import type { Publishing } from "../publishing/index.ts";
import { notFound } from "../web/index.ts";
import { copyOf } from "./copies.ts";
import { isOutThere, onItsWay, PostRefused, VersionConflict } from "./errors.ts";
import { judge, type Judging, type Rooms } from "./problems.ts";
import { findPosts } from "./find-posts.ts";
import { forgetErasedWords } from "./search.ts";
import { readPost, readPosts, writePost, type StoredPost } from "./rows.ts";
import { timingOf, wallTimeOf } from "./schedule.ts";
import { storageProblems } from "./storable.ts";
import type { FullPost, PostFilter, PostInput, PostProblem } from "./shapes.ts";

/** Which post is meant, and which version of it the writer had in front of them. */
export interface Existing {
  id?: string;
  version?: number;
  /** Without `id`: what the new post will be called. A form that is sent again meets the post it made. */
  newId?: string;
}

export class Posts {
  readonly #house: House;
  readonly #rooms: Rooms;
  readonly #publishing: Publishing;

  constructor(house: House, channels: Channels, media: MediaLibrary, publishing: Publishing) {
    this.#house = house;
    this.#rooms = { house, channels, media };
    this.#publishing = publishing;
  }

  clocks(): RecurringJob[] {
    return [
      {
        name: "let erased words leave the search",
        every: "0 40 3 * * *",
        run: () => forgetErasedWords(this.#house.db),
      },
    ];
  }

  find(workspaceId: string, id: string): FullPost | null {
    const post = readPost(this.#house.db, workspaceId, id);
    return post ? this.#full(post) : null;
  }

  /**
   * Last changed first; with a period the soonest first, with a channel or words the newest. A page may hold fewer than
   * `limit` and still have a next one. Throws Refusal 400 for a cursor that was not handed out for such a list.
   */
  list(workspaceId: string, filter: PostFilter): { items: FullPost[]; nextCursor: string | null } {
    const { cursor, ...query } = filter;
    const limit = Math.min(Math.max(filter.limit, 1), 100);
    const found = findPosts(this.#house.db, workspaceId, query, { limit, cursor });
    return { items: this.several(workspaceId, found.ids), nextCursor: found.cursor };
  }

  /** In the order of `ids`; what is not in this workspace is left out. */
  several(workspaceId: string, ids: readonly string[]): FullPost[] {
    const publications = this.#publishing.ofPosts(workspaceId, ids);
    return readPosts(this.#house.db, workspaceId, ids).map((post) => this.#full(post, publications.get(post.id) ?? []));
  }

  /**
   * Stores a new draft, or writes over the post `existing.id`; one that was planned becomes a draft again and is called
   * off. Throws PostRefused (422) for what cannot be stored, VersionConflict (409) when `existing.version` is not current or
   * more than a first draft came of `existing.newId`, Refusal 409 when the post is on its way, 404 for strangers.
   */
  saveDraft(workspaceId: string, accountId: string, input: PostInput, existing: Existing = {}): FullPost {
    const problems = storageProblems(this.#house.db, workspaceId, input);
    if (problems.length > 0) throw new PostRefused(problems);
    const { db, clock } = this.#house;
    return db.transaction(() => {
      const known = this.#met(workspaceId, existing);
      if (known.id) this.#reopen(workspaceId, known.id, known.version);
      const id = known.id ?? known.newId ?? newId();
      const timing = timingOf(input) ?? { scheduledAt: null, wallTime: null };
      writePost(db, { id, workspaceId, createdBy: accountId, input, timing, now: clock.now() });
      return this.#get(workspaceId, id);
    });
  }

  /** Why this post cannot go out as it is; empty when it can, as far as is known. `fresh` asks the platforms, for seconds. */
  problems(workspaceId: string, input: PostInput, how: Judging = {}): Promise<PostProblem[]> {
    return judge(this.#rooms, workspaceId, input, how);
  }

  /**
   * Hands a stored post over: due at its time, or at once. Throws PostRefused with every problem (nothing changed),
   * Refusal 409 when it is on its way, 404 for strangers, VersionConflict when it was changed while it was being checked.
   */
  plan(workspaceId: string, accountId: string, id: string, when: "now" | "schedule"): Promise<FullPost> {
    const post = this.#get(workspaceId, id);
    return this.submit(workspaceId, accountId, post, when, { id, version: post.version });
  }

  /**
   * saveDraft and plan as one act: either the post is stored and handed over, or nothing was changed. For a planned post
   * that is edited this is the way that never leaves it called off by mistake. Throws what those two throw.
   */
  async submit(
    workspaceId: string,
    accountId: string,
    input: PostInput,
    when: "now" | "schedule",
    existing: Existing = {},
  ): Promise<FullPost> {
    const met = this.#met(workspaceId, existing);
    const before = met.id ? this.#changeable(workspaceId, met.id, met.version) : null;
    const problems = await this.problems(workspaceId, input, { fresh: true, when });
    if (problems.length > 0) throw new PostRefused(problems);
    const { db, clock } = this.#house;
    return db.transaction(() => {
      const known = before ? { id: before.id, version: before.version } : met;
      const saved = this.saveDraft(workspaceId, accountId, input, known);
      const dueAt = when === "now" ? clock.now() : Math.max(saved.scheduledAt ?? 0, clock.now());
      const channelIds = saved.channels.map((channel) => channel.channelId);
      this.#publishing.plan(workspaceId, saved.id, channelIds, dueAt);
      const wallTime = when === "now" ? wallTimeOf(dueAt, saved.timeZone) : saved.wallTime;
      const scheduledAt = when === "now" ? dueAt : saved.scheduledAt;
      db.run("UPDATE posts SET state = 'planned', scheduled_at = ?, wall_time = ? WHERE id = ?", [
        scheduledAt,
        wallTime,
        saved.id,
      ]);
      audit(this.#house, { action: "post.publish", workspaceId, accountId, target: saved.id, facts: { when } });
      return this.#get(workspaceId, saved.id);
    });
  }

  /**
   * Another time (UTC ms) for a draft, or for a planned post of which every part still waits; all else stays. No platform is
   * asked. Throws PostRefused when it could not go out then, Refusal 409 when a part no longer waits, VersionConflict, 404.
   */
  async moveTo(workspaceId: string, accountId: string, id: string, at: number, version?: number): Promise<void> {
    const before = this.#get(workspaceId, id);
    const input = { ...before, scheduledAt: at, wallTime: wallTimeOf(at, before.timeZone) };
    const problems = before.state === "draft" ? [] : await this.problems(workspaceId, input, { when: "schedule" });
    if (problems.length > 0) throw new PostRefused(problems);
    const { db, clock } = this.#house;
    db.transaction(() => {
      const post = this.#changeable(workspaceId, id, version ?? before.version);
      if (!isWaiting(post)) throw onItsWay();
      if (post.state === "planned") {
        const channelIds = post.channels.map(({ channelId }) => channelId);
        this.#publishing.plan(workspaceId, id, channelIds, at);
      }
      db.run(
        `UPDATE posts SET scheduled_at = ?, wall_time = ?, version = version + 1, updated_at = ?
         WHERE posts.id = ? AND posts.workspace_id = ?`,
        [at, input.wallTime, clock.now(), id, workspaceId],
      );
      audit(this.#house, { action: "post.move", workspaceId, accountId, target: id });
    });
  }

  /** Planned → draft, when nothing is on its way; a draft stays as it is. Throws Refusal 409 / 404. */
  callOff(workspaceId: string, id: string): FullPost {
    const { db, clock } = this.#house;
    return db.transaction(() => {
      const post = this.#get(workspaceId, id);
      if (post.state === "draft") return post;
      if (!this.#publishing.callOff(workspaceId, id)) throw onItsWay();
      db.run("UPDATE posts SET state = 'draft', version = version + 1, updated_at = ? WHERE id = ?", [clock.now(), id]);
      return this.#get(workspaceId, id);
    });
  }

  /** A new draft with the same words, media and choices, without a time; channels that were disconnected are left out. */
  duplicate(workspaceId: string, accountId: string, id: string): FullPost {
    const post = this.#get(workspaceId, id);
    return this.saveDraft(workspaceId, accountId, copyOf(this.#house.db, workspaceId, post));
  }

  /** Deletes a post that left no trace outside. Throws Refusal 409 when a part is on its way, live or in doubt, 404 for strangers. */
  remove(workspaceId: string, id: string, accountId: string | null = null): void {
    this.#house.db.transaction(() => {
      const post = this.#get(workspaceId, id);
      if (post.publications.some(({ state }) => state === "published" || state === "in_inbox")) throw isOutThere();
      if (!this.#publishing.callOff(workspaceId, id)) throw onItsWay();
      this.#house.db.run("DELETE FROM posts WHERE posts.id = ? AND posts.workspace_id = ?", [id, workspaceId]);
      audit(this.#house, { action: "post.delete", workspaceId, accountId, target: id });
    });
  }

  #get(workspaceId: string, id: string): FullPost {
    const post = this.find(workspaceId, id);
    if (!post) throw notFound("post");
    return post;
  }

  #full(post: StoredPost, publications = this.#publishing.ofPost(post.workspace_id, post.id)): FullPost {
    return {
      id: post.id,
      workspaceId: post.workspace_id,
      createdBy: post.created_by,
      text: post.text,
      media: post.media,
      state: post.state,
      scheduledAt: post.scheduled_at,
      wallTime: post.wall_time,
      timeZone: post.time_zone,
      version: post.version,
      createdAt: post.created_at,
      updatedAt: post.updated_at,
      channels: post.channels,
      publications,
    };
  }

  /** The first draft that a new post's own form made is that form's to go on with; anything later is not. */
  #met(workspaceId: string, existing: Existing): Existing {
    if (existing.id || !existing.newId) return existing;
    const post = this.find(workspaceId, existing.newId);
    if (!post) return existing;
    if (post.state !== "draft" || post.version !== 1) throw new VersionConflict(post);
    return { id: post.id, version: post.version };
  }

  #changeable(workspaceId: string, id: string, version: number | undefined): FullPost {
    const post = this.#get(workspaceId, id);
    if (version !== undefined && version !== post.version) throw new VersionConflict(post);
    if (!this.#publishing.mayChange(workspaceId, id)) throw onItsWay();
    return post;
  }

  #reopen(workspaceId: string, id: string, version: number | undefined): void {
    const post = this.#changeable(workspaceId, id, version);
    if (post.state === "planned" && !this.#publishing.callOff(workspaceId, id, "Changed")) throw onItsWay();
  }
}

/** Nothing of it has begun, ended or was called off. */
function isWaiting(post: FullPost): boolean {
  return post.state === "draft" || post.publications.every(({ state }) => state === "scheduled" || state === "held");
}
