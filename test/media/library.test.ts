/** The library: paging, search, filters, words, deleting, and the pages that show it. */
import assert from "node:assert/strict";
import test from "node:test";
import { newId } from "../../src/ids.ts";
import { Refusal } from "../../src/web/index.ts";
import { addPost, openRoom, Visit, type Room } from "./room.ts";

/** Rows without files: enough for lists. */
function fill(room: Room, count: number): string[] {
  return Array.from({ length: count }, (_, n) => {
    const id = newId();
    room.clock.push(n % 3 === 0 ? 0 : 1000);
    room.house.db.run(
      "INSERT INTO media (id, workspace_id, state, name, kind, mime, bytes, created_at) VALUES (?, ?, 'ready', ?, ?, 'image/png', 1000, ?)",
      [id, room.ada.workspaceId, `file-${n}`, n % 2 ? "image" : "video", room.clock.now()],
    );
    return id;
  });
}

function allPages(room: Room, limit: number, query: object = {}): string[] {
  const found: string[] = [];
  for (let cursor: string | null | undefined; ;) {
    const page = room.media.list(room.ada.workspaceId, { ...query, limit, cursor });
    found.push(...page.items.map((row) => row.id));
    if (!(cursor = page.nextCursor)) return found;
  }
}

test("pages follow each other without gap or repetition, newest first, by an index", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  const ids = fill(room, 50).reverse();
  assert.deepEqual(allPages(room, 7), ids);
  assert.deepEqual(allPages(room, 50), ids);
  assert.equal(allPages(room, 7, { kind: "image" }).length, 25);
  assert.throws(() => room.media.list(room.ada.workspaceId, { limit: 5, cursor: "nonsense" }), Refusal);
  assert.deepEqual(room.media.list(room.stranger.workspaceId, { limit: 5 }), { items: [], nextCursor: null });
  const plan = room.house.db.all<{ detail: string }>(
    "EXPLAIN QUERY PLAN SELECT media.* FROM media WHERE media.workspace_id = ? AND (media.created_at, media.id) < (?, ?) ORDER BY media.created_at DESC, media.id DESC LIMIT 9",
    ["w", 1, "i"],
  );
  assert.deepEqual(
    plan.map(({ detail }) => /USING INDEX media_by_workspace/.test(detail)),
    [true],
  );
});

test("what a library weighs is kept right through every change, for each workspace by itself", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  const { db } = room.house;
  const { ada, stranger } = room;
  const weight = (): number[] => Object.values(room.media.weight(ada.workspaceId));
  assert.deepEqual(weight(), [0, 0]);
  const [first, second, third] = fill(room, 3) as [string, string, string];
  assert.deepEqual(weight(), [3, 3000]);
  db.run("UPDATE media SET bytes = 500 WHERE id = ?", [first]);
  assert.deepEqual(weight(), [3, 2500]);
  db.run("UPDATE media SET state = 'failed' WHERE id = ?", [second]);
  assert.deepEqual(weight(), [2, 1500]);
  db.run("UPDATE media SET bytes = 9 WHERE id = ?", [second]);
  db.run("UPDATE media SET state = 'ready' WHERE id = ?", [second]);
  assert.deepEqual(weight(), [3, 1509]);
  db.run("UPDATE media SET workspace_id = ? WHERE id = ?", [stranger.workspaceId, third]);
  assert.deepEqual(
    [weight(), Object.values(room.media.weight(stranger.workspaceId))],
    [
      [2, 509],
      [1, 1000],
    ],
  );
  db.run("DELETE FROM media WHERE id = ?", [first]);
  assert.deepEqual(weight(), [1, 9]);
  const found = await room.add("photo.jpg");
  assert.deepEqual(weight(), [2, 9 + found.bytes!]);
  db.run("DELETE FROM workspaces WHERE id = ?", [ada.workspaceId]);
  assert.deepEqual(weight(), [0, 0]);
  assert.equal(db.get<{ n: number }>("SELECT COUNT(*) AS n FROM media_weights")!.n, 1);
});

test("files are found by the beginnings of words in name, title, alternative text and labels, in one's own workspace", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  const { workspaceId } = room.ada;
  const film = await room.add("clip.mp4", room.ada, "Three-mistakes_in my clock.mp4");
  const photo = await room.add("photo.jpg", room.ada, "IMG_2041.JPG");
  await room.add("drawing.png", room.stranger, "clock.png");
  room.media.update(workspaceId, photo.id, {
    title: "Über dem Hafen",
    altText: "A harbour at dusk",
    labels: ["Workshop", " spring ", "spring"],
  });
  const search = (typed: string): string[] =>
    room.media.list(workspaceId, { search: typed, limit: 9 }).items.map((row) => row.id);
  assert.deepEqual(search("clo"), [film.id]);
  assert.deepEqual(search("mistakes THREE"), [film.id]);
  assert.deepEqual(search("uber harb work"), [photo.id]);
  assert.deepEqual(search("2041"), [photo.id]);
  for (const hostile of ['" OR *', "NEAR(", "a AND", "***", "i", "w"])
    assert.ok(Array.isArray(search(hostile)), hostile);
  assert.deepEqual(search("zebra"), []);
  assert.deepEqual(search("i0"), [], "ids are not words");
  assert.deepEqual(search("clock"), [film.id]);
  assert.equal(room.media.find(workspaceId, photo.id)?.labels, '["Workshop","spring"]');
  room.media.update(workspaceId, photo.id, { title: "" });
  assert.deepEqual(search("uber"), [], "words that were taken back are not found");
  room.media.remove(workspaceId, film.id);
  assert.deepEqual(search("clock"), []);
  assert.equal(room.house.db.get<{ n: number }>("SELECT COUNT(*) AS n FROM media_search")?.n, 2);
});

test("used and unused are told apart, and where a file is used is listed with its state", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  const { workspaceId } = room.ada;
  const [film, photo] = [await room.add("clip.mp4"), await room.add("photo.jpg")];
  const draft = addPost(room, film.id, "A draft", "draft");
  const live = addPost(room, film.id, "It is out", "published");
  const list = (use: "used" | "unused"): string[] =>
    room.media.list(workspaceId, { use, limit: 9 }).items.map((row) => row.id);
  assert.deepEqual([list("used"), list("unused")], [[film.id], [photo.id]]);
  assert.deepEqual(room.media.uses(workspaceId, film.id), [
    { postId: live, text: "It is out", state: "published" },
    { postId: draft, text: "A draft", state: "draft" },
  ]);
  assert.deepEqual(room.media.uses(room.stranger.workspaceId, film.id), []);
});

test("a file is not deleted while a post that is still to go out needs it; then it is gone with everything made from it", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  const { workspaceId } = room.ada;
  const { id } = await room.add("clip.mp4");
  for (const state of ["scheduled", "publishing", "confirming", "held"]) {
    const postId = addPost(room, id, `Why brass (${state})`, state);
    assert.throws(
      () => room.media.remove(workspaceId, id),
      (error) =>
        error instanceof Refusal && error.statusCode === 409 && error.words.message.includes(`“Why brass (${state})”`),
    );
    room.house.db.run("UPDATE publications SET state = 'cancelled' WHERE post_id = ?", [postId]);
  }
  addPost(room, id, "A draft", "draft");
  addPost(room, id, "It is out", "published");
  assert.ok(room.onDisk().length > 0);
  assert.throws(
    () => room.media.remove(room.stranger.workspaceId, id),
    (error) => error instanceof Refusal && error.statusCode === 404,
  );
  const heard: unknown[] = [];
  room.house.news.on(`workspace:${workspaceId}`, (news) => heard.push(news));
  room.media.remove(workspaceId, id);
  assert.deepEqual([room.media.find(workspaceId, id), room.onDisk()], [null, []]);
  assert.deepEqual(heard, [{ mediaId: id }]);
});

test("the pages say what is there, page on, and describe a file", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  const visit = await Visit.of(room);
  const page = async (target: string, headers: Record<string, string> = {}): Promise<string> => {
    const reply = await visit.fetch(target, { headers });
    assert.equal(reply.status, 200, target);
    return (await reply.text()).replaceAll("&amp;", "&");
  };
  assert.match(await page("/media"), /Bring in your first video[\s\S]*Upload files/);
  const film = await room.add("clip.mp4", room.ada, "<b>bold.mp4");
  const one = await page("/media");
  assert.match(one, /One file, 200 kB/);
  assert.ok(one.includes("&lt;b&gt;bold.mp4"));
  assert.ok(!one.includes("<b>bold"));
  fill(room, 40);
  const first = await page("/media");
  assert.match(first, /41 files, 240 kB/);
  const more = /hx-get="(\/media\?cursor=[^"]+)"/.exec(first)![1]!;
  const rest = await page(more, { "hx-request": "true" });
  assert.equal((first.match(/class="tile /g) ?? []).length + (rest.match(/class="tile /g) ?? []).length, 41);
  assert.doesNotMatch(rest, /<html|Show more/);
  assert.match(await page("/media?search=zebra"), /Nothing like that/);
  assert.doesNotMatch(await page("/media?kind=video", { "hx-request": "true" }), /<html/);

  const details = await page(`/media/${film.id}`);
  assert.match(details, /1080 × 1920[\s\S]*H\.264[\s\S]*AAC/);
  assert.match(details, new RegExp(`<video[^>]+poster="/media/${film.id}/thumb-1080\\.webp`));
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const say = (body: string): Promise<Response> =>
    visit.fetch(`/media/${film.id}`, { method: "POST", headers: form, body: `_csrf=${visit.token}&${body}` });
  assert.equal((await say("title=Brass&altText=A+wheel&labels=a%2C+b%2C%2C")).status, 303);
  const row = room.media.find(room.ada.workspaceId, film.id)!;
  assert.deepEqual([row.title, row.alt_text, row.labels], ["Brass", "A wheel", '["a","b"]']);
  const long = await say(`title=${"x".repeat(201)}&altText=&labels=`);
  assert.deepEqual([long.status, /At most 200 characters/.test(await long.text())], [422, true]);
  assert.deepEqual(await (await visit.fetch(`/media/${film.id}.json`)).json(), {
    id: film.id,
    name: "Brass",
    kind: "video",
    state: "ready",
    problem: null,
    thumb: `/media/${film.id}/thumb-320.webp?v=0`,
    summary: "1080 × 1920 · 0:05 · 30 fps · H.264 · 200 kB",
  });
  const gone = await visit.fetch(`/media/${film.id}/delete`, {
    method: "POST",
    headers: form,
    body: `_csrf=${visit.token}`,
  });
  assert.deepEqual([gone.status, (await visit.fetch(`/media/${film.id}`)).status], [303, 404]);
});

test("the picker offers ready files of one kind as buttons", async (t) => {
  const room = await openRoom();
  t.after(() => room.close());
  const visit = await Visit.of(room);
  const [film, photo] = [await room.add("clip.mp4"), await room.add("photo.jpg")];
  const ids = async (query: string): Promise<string[]> => {
    const html = await (await visit.fetch(`/media/pick?${query}`, { headers: { "hx-request": "true" } })).text();
    assert.doesNotMatch(html, /<html/);
    return [...html.matchAll(/<button type="button" data-media-id="([^"]+)"/g)].map((match) => match[1]!);
  };
  assert.deepEqual(await ids(""), [photo.id, film.id]);
  assert.deepEqual(await ids("accept=video&field=x"), [film.id]);
  assert.deepEqual(await ids("kind=image"), [photo.id]);
  assert.deepEqual(await ids("part=results&search=clip"), [film.id]);
});
