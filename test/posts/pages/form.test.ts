/** The compose form, read from what browsers send and written back as what the posts room takes. */
import assert from "node:assert/strict";
import test from "node:test";
import { formOf, inputOf, isEmpty, readAct, readCompose, wallTime } from "../../../src/posts/pages/form.ts";
import { arrange } from "../../../src/posts/pages/order.ts";
import type { FullPost } from "../../../src/posts/index.ts";

const zone = "Europe/Paris";

test("a form with one channel that says it differently becomes a post with a version", () => {
  const form = readCompose(
    {
      text: "Line one\r\nline two",
      media: "m1,m2,m1",
      channels: ["c1", "c2"],
      "c.c1.own": "text",
      "c.c1.text": "Only here\r\n",
      "c.c1.media": "m3",
      "o.c1.privacyLevel": "SELF_ONLY",
      "o.c1.allowDuet": ["false", "true"],
      "o.c2.title": "A title",
      date: "2026-12-01",
      time: "17:30",
      timeZone: "Asia/Tokyo",
    },
    zone,
  );
  assert.deepEqual(inputOf(form), {
    text: "Line one\nline two",
    media: ["m1", "m2"],
    scheduledAt: null,
    wallTime: "2026-12-01T17:30",
    timeZone: "Asia/Tokyo",
    channels: [
      { channelId: "c1", text: "Only here\n", media: null, options: { privacyLevel: "SELF_ONLY", allowDuet: "true" } },
      { channelId: "c2", text: null, media: null, options: { title: "A title" } },
    ],
  });
});

test("a toggle sends its hidden false first: unchecked it is false, checked the later true wins", () => {
  const off = readCompose({ channels: "c1", "o.c1.allowComment": "false" }, zone);
  const on = readCompose({ channels: "c1", "o.c1.allowComment": ["false", "true"] }, zone);
  assert.equal(off.versions.get("c1")?.options["allowComment"], "false");
  assert.equal(on.versions.get("c1")?.options["allowComment"], "true");
});

test("both flags of a channel may be set, and its own media may be none", () => {
  const form = readCompose({ channels: "c1", "c.c1.own": ["text", "media"], "c.c1.text": "", "c.c1.media": "" }, zone);
  assert.deepEqual(inputOf(form).channels[0], { channelId: "c1", text: "", media: [], options: {} });
});

test("what is not chosen or not an id is left out", () => {
  const form = readCompose(
    { channels: ["c1", "c1", "../etc", ""], media: "m1,<b>,m2", "o.c9.title": "x", "c.c9.own": "text", tab: "c9" },
    zone,
  );
  assert.deepEqual(form.channels, ["c1"]);
  assert.deepEqual(form.media, ["m1", "m2"]);
  assert.deepEqual([...form.versions.keys()], ["c1"]);
  assert.equal(form.tab, "all");
});

test("anything may arrive: nothing, arrays where text is meant, names that are traps", () => {
  for (const body of [undefined, null, 7, "x", [], { text: { a: 1 }, channels: { b: 2 } }]) {
    assert.equal(isEmpty(readCompose(body, zone)), true);
  }
  const trap = JSON.parse('{"channels":"c1","o.c1.__proto__":"x"}') as unknown;
  const { options } = readCompose(trap, zone).versions.get("c1")!;
  assert.equal(Object.getPrototypeOf(options), Object.prototype);
  assert.deepEqual(Object.keys(options), ["__proto__"]);
});

test("a stored post comes back as the same form it was read from", () => {
  const post: FullPost = {
    id: "p1",
    workspaceId: "w",
    createdBy: null,
    text: "Everywhere",
    media: ["m1"],
    state: "draft",
    scheduledAt: 1,
    wallTime: "2026-12-01T17:30",
    timeZone: "Asia/Tokyo",
    version: 7,
    createdAt: 0,
    updatedAt: 0,
    publications: [],
    channels: [
      { channelId: "c1", text: null, media: ["m2"], options: { madeForKids: false, tags: ["a", "b c"], gone: null } },
    ],
  };
  const form = formOf(post);
  assert.equal(form.version, 7);
  assert.equal(wallTime(form), "2026-12-01T17:30");
  const [version] = inputOf(form).channels;
  assert.deepEqual(version, {
    channelId: "c1",
    text: null,
    media: ["m2"],
    options: { madeForKids: "false", tags: "a, b c" },
  });
});

test("half a time is no time", () => {
  assert.equal(wallTime(readCompose({ date: "2026-12-01" }, zone)), null);
  assert.equal(wallTime(readCompose({ time: "17:30" }, zone)), null);
});

test("files picked without JavaScript are added behind those that are there", () => {
  assert.deepEqual(readCompose({ media: "m1", add: ["m2", "m1"] }, zone).media, ["m1", "m2"]);
});

test("the pressed button is read, and Enter in a field only checks", () => {
  assert.equal(readAct({ do: ["check", "now"] }), "now");
  assert.equal(readAct({}), "check");
});

test("files move by their buttons, in the post and in one channel's version", () => {
  const form = readCompose({ media: "a,b,c", channels: "c1", "c.c1.own": "media", "c.c1.media": "x,y" }, zone);
  assert.deepEqual(arrange(form, "media.up.all.2").media, ["a", "c", "b"]);
  assert.deepEqual(arrange(form, "media.down.all.0").media, ["b", "a", "c"]);
  assert.deepEqual(arrange(form, "media.up.all.0").media, ["a", "b", "c"]);
  assert.deepEqual(arrange(form, "media.remove.all.1").media, ["a", "c"]);
  assert.deepEqual(arrange(form, "media.remove.all.9").media, ["a", "b", "c"]);
  assert.deepEqual(arrange(form, "media.down.c1.0").versions.get("c1")?.media, ["y", "x"]);
  assert.equal(arrange(form, "media.up.nobody.0"), form);
  assert.equal(arrange(form, "channels"), form);
});
