/** Tells an open post page when something moved: re-rendered sections over server-sent events, scoped, throttled, bounded. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { sessionIsLive } from "../../accounts/index.ts";
import { notFound, pageOf, protectRaw, visitorOf } from "../../web/index.ts";
import { liveSection, type ShowRooms } from "./show.ts";

/** At most four messages a second. */
const EVERY_MS = 250;
const HEARTBEAT_MS = 20_000;
/** Speed is measured over this long, so that the guess of what is left does not jump. */
const WINDOW_MS = 8000;

interface News {
  sent?: number;
  total?: number;
}

export function liveRoutes(app: FastifyInstance, rooms: ShowRooms): void {
  const open = new Set<() => void>();
  app.addHook("preClose", async () => open.forEach((close) => close()));
  app.get<{ Params: { id: string } }>("/posts/:id/live", async (request, reply) => {
    const { workspace } = visitorOf(request);
    const post = rooms.posts.find(workspace.id, request.params.id);
    if (!post) throw notFound("post");
    const stream = new LivePost(rooms, request, reply, post.id);
    open.add(stream.close);
    stream.onClosed(() => open.delete(stream.close));
    stream.start(post.publications.map(({ id }) => id));
    return reply;
  });
}

class LivePost {
  readonly #rooms: ShowRooms;
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  readonly #postId: string;
  readonly #page: ReturnType<typeof pageOf>;
  readonly #changed = new Set<string>();
  readonly #samples = new Map<string, Array<{ at: number; sent: number }>>();
  readonly #undo: Array<() => void> = [];
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(rooms: ShowRooms, request: FastifyRequest, reply: FastifyReply, postId: string) {
    this.#rooms = rooms;
    this.#request = request;
    this.#reply = reply;
    this.#postId = postId;
    // Made before the reply is taken over: afterwards no cookie could be set any more.
    this.#page = pageOf(rooms.house, request, reply, { title: "" });
  }

  /** Sends every section once, because something may have moved since the page was rendered, then what changes. */
  start(publicationIds: readonly string[]): void {
    this.#reply.hijack();
    protectRaw(this.#reply.raw, this.#rooms.house.publicUrl);
    this.#reply.raw.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
    });
    const beat = setInterval(() => {
      if (this.#signedIn()) this.#write(": still here\n\n");
      else this.close();
    }, HEARTBEAT_MS);
    this.#undo.push(() => clearInterval(beat));
    this.#reply.raw.on("close", this.close);
    for (const id of publicationIds) this.#listen(id);
    this.#send();
  }

  onClosed(done: () => void): void {
    this.#undo.push(done);
  }

  readonly close = (): void => {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    for (const undo of this.#undo) undo();
    this.#reply.raw.end();
  };

  #listen(id: string): void {
    const { news } = this.#rooms.house;
    const heard = (facts: News): void => {
      if (facts.sent !== undefined) this.#sample(id, facts.sent);
      this.#changed.add(id);
      this.#timer ??= setTimeout(() => this.#send(), EVERY_MS);
    };
    this.#changed.add(id);
    news.on(`publication:${id}`, heard);
    this.#undo.push(() => news.off(`publication:${id}`, heard));
  }

  #sample(id: string, sent: number): void {
    const now = this.#rooms.house.clock.now();
    const kept = (this.#samples.get(id) ?? []).filter(({ at }) => now - at <= WINDOW_MS);
    this.#samples.set(id, [...kept, { at: now, sent }]);
  }

  /** Bytes a second, null until two moments half a second apart are known. */
  #speed(id: string): number | null {
    const samples = this.#samples.get(id) ?? [];
    const [first, last] = [samples[0], samples.at(-1)];
    if (!first || !last || last.at - first.at < 500 || last.sent <= first.sent) return null;
    return ((last.sent - first.sent) * 1000) / (last.at - first.at);
  }

  /** The stream outlives its request: whoever was signed out meanwhile hears nothing more. */
  #signedIn(): boolean {
    return sessionIsLive(this.#rooms.house, visitorOf(this.#request).sessionId);
  }

  #send(): void {
    this.#timer = null;
    if (this.#closed) return;
    if (!this.#signedIn()) return this.close();
    const { workspace } = visitorOf(this.#request);
    const post = this.#rooms.posts.find(workspace.id, this.#postId);
    if (!post) return this.close();
    const mayChange = this.#rooms.publishing.mayChange(workspace.id, post.id);
    const page = { ...this.#page, now: this.#rooms.house.clock.now() };
    const parts = post.publications
      .filter(({ id }) => this.#changed.has(id))
      .map((publication) => {
        const section = liveSection(this.#rooms, workspace, post, publication, mayChange, this.#speed(publication.id));
        const html = this.#rooms.house.views.render("posts/show/section", { section, page });
        return `<hx-partial hx-target="#p-${publication.id}" hx-swap="outerMorph">${html}</hx-partial>`;
      });
    this.#changed.clear();
    if (parts.length === 0) return;
    this.#write(
      `${parts
        .join("")
        .trim()
        // All three line ends of the protocol: a lone \r in somebody's text must not begin a field of its own.
        .split(/\r\n|[\r\n]/)
        .map((line) => `data: ${line}\n`)
        .join("")}\n`,
    );
  }

  /** A reader too slow to keep up misses nothing that matters: the next message holds the whole section again. */
  #write(text: string): void {
    if (!this.#closed && this.#reply.raw.writableLength < 256 * 1024) this.#reply.raw.write(text);
  }
}
