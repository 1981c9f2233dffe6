/** The sandbox's Facebook refuses what Facebook refuses, in the same words. */
import assert from "node:assert/strict";
import test from "node:test";
import { facebook } from "../../src/platforms/facebook/index.ts";
import { caller, clip, codes, jpeg, open, PAGE, photoForm } from "./facebook-caller.ts";

test("posts: empty, repeated, too long, with a wrong link or wrong photos", async (t) => {
  const sandbox = await open(t);
  const { post } = await caller(sandbox);
  assert.equal((await post("feed", { message: "First" })).status, 200);
  const media = (id: string) => JSON.stringify([{ media_fbid: id }]);
  const wrong: Array<[Array<number | undefined>, Record<string, string>]> = [
    [[197, undefined], { message: " " }],
    [[506, undefined], { message: "First" }],
    [[100, undefined], { message: "x".repeat(63_207) }],
    [[1500, undefined], { link: "not a link" }],
    [[200, 1609008], { link: "https://www.facebook.com/x" }],
    [[100, 33], { message: "x", attached_media: media("404") }],
    [[100, undefined], { message: "x", attached_media: "{{" }],
    [[100, undefined], { message: "x", link: "https://example.org", attached_media: media("1") }],
    [[100, 1363162], { message: "x", published: "false", scheduled_publish_time: "5" }],
  ];
  for (const [expected, body] of wrong)
    assert.deepEqual(codes(await post("feed", body)), expected, JSON.stringify(body).slice(0, 80));
  assert.equal(sandbox.world.feed().length, 1);
  assert.equal((await post("feed", { message: "Second" })).status, 200);
  assert.equal((await post("feed", { message: "First" })).status, 200, "not twice in a row");
});

test("photos: unseen until posted, used once, of the right kind and size", async (t) => {
  const sandbox = await open(t);
  const { post, call } = await caller(sandbox);
  const up = (bytes: Uint8Array<ArrayBuffer>) => post("photos", photoForm(bytes));
  const { id } = (await up(jpeg(4_000_000))).json;
  assert.equal(sandbox.world.feed().length, 0);
  assert.deepEqual(codes(await up(jpeg(4_000_001))), [1, 1366046]);
  assert.deepEqual(codes(await up(new Uint8Array([0x52, 0x49, 0x46, 0x46, 1, 2, 3, 4]))), [1, 1366046], "WebP");
  assert.deepEqual(codes(await up(new Uint8Array())), [324, undefined]);
  assert.deepEqual(codes(await post("photos", { published: "false" })), [324, undefined]);
  assert.deepEqual(codes(await post("photos", { url: "http://10.0.0.1/x.jpg" })), [324, 2069019]);
  const body = { message: "x", "attached_media[0]": JSON.stringify({ media_fbid: id }) };
  const made = (await post("feed", body)).json.id;
  assert.deepEqual(codes(await post("feed", body)), [100, 1366051]);
  assert.deepEqual(codes(await post("photo_stories", { photo_id: id })), [100, 1366051]);
  const list = (await call("GET", `${PAGE}/published_posts?fields=id,attachments{target}`)).json.data;
  assert.deepEqual(list, [
    {
      id: made,
      attachments: { data: [{ media_type: "photo", target: { id, url: `https://www.facebook.com/${id}` } }] },
    },
  ]);
  const seen = (await post("photos", photoForm(jpeg(100), { caption: "At once" }))).json;
  assert.ok(seen.post_id.startsWith(`${PAGE}_`));
  assert.deepEqual(
    sandbox.world.feed().map((item) => item.text),
    ["x", "At once"],
  );
});

test("a story's number is longer than a JavaScript number, and its list knows the photo", async (t) => {
  const sandbox = await open(t);
  const { post, call } = await caller(sandbox);
  const { id } = (await post("photos", photoForm(jpeg(100)))).json;
  const { text } = await post("photo_stories", { photo_id: id });
  const number = /^\{"success":true,"post_id":(\d{17})\}$/.exec(text)?.[1];
  assert.ok(number);
  const [story] = (await call("GET", `${PAGE}/stories?since=0`)).json.data;
  assert.deepEqual([story?.["post_id"], story?.["media_id"], story?.["media_type"]], [number, id, "photo"]);
});

test("lists name a next page only while there is one", async (t) => {
  const sandbox = await open(t);
  const { post, call } = await caller(sandbox);
  for (const message of ["a", "b", "c"]) await post("feed", { message });
  const first = (await call("GET", `${PAGE}/published_posts?fields=message&limit=2`)).json;
  assert.deepEqual(
    first.data.map((one) => one["message"]),
    ["c", "b"],
  );
  const after = first.paging?.cursors.after ?? "";
  assert.ok(first.paging?.next);
  const second = (await call("GET", `${PAGE}/published_posts?fields=message&limit=2&after=${after}`)).json;
  assert.deepEqual([second.data.map((one) => one["message"]), second.paging?.next], [["a"], undefined]);
});

test("switched limits come as HTTP 400 with their headers", async (t) => {
  const sandbox = await open(t);
  const { post } = await caller(sandbox);
  sandbox.world.setBehaviour("facebook", "limit", "page");
  const page = await post("feed", { message: "x" });
  assert.deepEqual([page.status, ...codes(page)], [400, 80001, undefined]);
  assert.match(page.headers.get("x-business-use-case-usage") ?? "", /estimated_time_to_regain_access":19/);
  sandbox.world.setBehaviour("facebook", "limit", "blocked");
  assert.equal(codes(await post("feed", { message: "x" }))[0], 368);
  sandbox.world.setBehaviour("facebook", "limit", "");
  sandbox.world.setBehaviour("facebook", "answer", "error_after_success");
  const lost = await post("feed", { message: "x" });
  assert.deepEqual([lost.status, codes(lost)[0], sandbox.world.feed().length], [500, 2, 1]);
});

test("comments need their permission and the task", async (t) => {
  const sandbox = await open(t);
  const { post, call, user } = await caller(sandbox);
  const { id } = (await post("feed", { message: "x" })).json;
  assert.equal((await call("POST", `${id}/comments`, { message: "Hello" })).status, 200);
  assert.deepEqual(codes(await call("POST", `${id}/comments`, { message: "" })), [100, undefined]);
  assert.deepEqual(codes(await call("POST", `${id}/comments`, { message: "x" }, { token: user })), [1705, undefined]);
  const list = (await call("GET", `${id}/comments?fields=message`)).json.data;
  assert.deepEqual(
    list.map((one) => one["message"]),
    ["Hello"],
  );
  const shy = await caller(await open(t), { without: ["pages_manage_engagement"] });
  const other = (await shy.post("feed", { message: "x" })).json.id;
  assert.deepEqual(codes(await shy.call("POST", `${other}/comments`, { message: "x" })), [200, undefined]);
});

test("numbers: one name that is not known spoils the whole question", async (t) => {
  const sandbox = await open(t);
  const { post, call } = await caller(sandbox);
  const { id } = (await post("feed", { message: "x" })).json;
  const ask = (metric: string) => call("GET", `${id}/insights?metric=${metric}`);
  assert.equal((await ask("post_media_view")).json.data.length, 1);
  assert.deepEqual(codes(await ask("post_media_view,post_impressions")), [100, undefined]);
  assert.deepEqual(codes(await ask("")), [3001, 1504028]);
});

test("what validate refuses the sandbox refuses, and nothing else", async (t) => {
  const sandbox = await open(t);
  const { post } = await caller(sandbox);
  let n = 0;
  const draft = (text: string, options: object, media: readonly (typeof clip)[] = []) => ({
    text,
    media,
    options: { ...options },
    assets: {},
    dueAt: null,
  });
  const texts = ["", " ", "words", "x".repeat(63_206), "x".repeat(63_207)];
  const links = [
    "",
    "https://example.org/a",
    "example.org",
    "http://localhost/",
    "https://fb.com/x",
    "ftp://example.org/",
  ];
  for (const words of texts) {
    for (const link of links) {
      // Each post says something new, so that none is a repetition.
      const message = words === "words" ? `words ${(n += 1)}` : words;
      if (message.length > 100 && link !== "") continue;
      const refused = facebook.validate(draft(message, { link }), null).length > 0;
      const reply = await post("feed", { message, link });
      if (reply.json.error?.code === 506) continue;
      assert.equal(reply.status !== 200, refused, JSON.stringify([message.slice(0, 20), link, reply.text]));
    }
  }
  for (const bytes of [1023, 1024, 2_000_000_000, 2_000_000_001]) {
    const refused = facebook.validate(draft("x", {}, [{ ...clip, bytes }]), null).length > 0;
    const reply = await post("videos", { upload_phase: "start", file_size: String(bytes) });
    assert.equal(reply.status !== 200, refused, String(bytes));
  }
});
