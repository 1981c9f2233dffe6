/** Why a post cannot go out: every reason at once, each with its channel, field and remedy. */
import assert from "node:assert/strict";
import test from "node:test";
import type { PostInput } from "../../../src/posts/index.ts";
import { openSandbox } from "../../support/sandbox.ts";
import { inputOf, openRoom, type Room } from "./room.ts";
import { eraseChannel } from "./rows.ts";

async function fields(room: Room, input: PostInput, how = {}): Promise<string[]> {
  const found = await room.posts.problems(room.workspaceId, input, how);
  for (const problem of found)
    assert.ok(problem.message.endsWith(".") && problem.remedy.length > 0, JSON.stringify(problem));
  return found.map((problem) => problem.field);
}

test("a fitting post has none", async (t) => {
  const room = openRoom(t);
  const input = inputOf({ media: [room.media("video")], channels: [{ channelId: room.channel("tiktok") }] });
  assert.deepEqual(await fields(room, input, { when: "now" }), []);
});

test("an unfinished draft is only asked for channels and a time when it is to go out", async (t) => {
  const room = openRoom(t);
  assert.deepEqual(await fields(room, inputOf()), []);
  assert.deepEqual(await fields(room, inputOf(), { when: "now" }), ["channels"]);
  assert.deepEqual(await fields(room, inputOf(), { when: "schedule" }), ["scheduledAt", "channels"]);
});

test("all problems of all channels come at once, with their channel", async (t) => {
  const room = openRoom(t);
  const [tiktok, youtube] = [room.channel("tiktok"), room.channel("youtube")];
  const found = await room.posts.problems(
    room.workspaceId,
    inputOf({
      wallTime: "2020-01-01T10:00",
      media: [room.media("video")],
      channels: [
        { channelId: tiktok, options: { mode: "direct", colour: "red" } },
        { channelId: youtube, options: { privacyStatus: "secret" } },
      ],
    }),
    { when: "schedule" },
  );
  const named = found.map(
    (problem) =>
      `${problem.channelId === tiktok ? "tiktok" : problem.channelId === youtube ? "youtube" : "post"}.${problem.field}`,
  );
  for (const name of [
    "post.scheduledAt",
    "tiktok.privacyLevel",
    "tiktok.musicConsent",
    "tiktok.colour",
    "youtube.title",
    "youtube.madeForKids",
    "youtube.privacyStatus",
  ]) {
    assert.ok(named.includes(name), `${name} in ${named.join(" ")}`);
  }
  assert.equal(new Set(named).size, named.length, "each once");
});

test("an option that the platform does not have is a problem, also where its module forgets to say so", async (t) => {
  const room = openRoom(t);
  const options = { title: "Sea", privacyStatus: "private", madeForKids: "false", colour: "red", __proto__x: 1 };
  const input = inputOf({ media: [room.media("video")], channels: [{ channelId: room.channel("youtube"), options }] });
  assert.deepEqual((await fields(room, input)).sort(), ["__proto__x", "colour"]);
});

test("channels that are signed out, withdrawn or disconnected are named with what to do", async (t) => {
  const room = openRoom(t);
  const video = room.media("video");
  for (const state of ["signed_out", "revoked"]) {
    const input = inputOf({ media: [video], channels: [{ channelId: room.channel("tiktok", { state }) }] });
    assert.deepEqual(await fields(room, input, { fresh: true }), ["channelId"], state);
  }
  const gone = room.channel("tiktok");
  eraseChannel(room.house, gone);
  assert.deepEqual(await fields(room, inputOf({ media: [video], channels: [{ channelId: gone }] })), ["channelId"]);
});

test("media that are still measured or failed are named, and not again as missing", async (t) => {
  const room = openRoom(t);
  for (const state of ["processing", "failed"]) {
    const input = inputOf({
      media: [room.media("video", { state })],
      channels: [{ channelId: room.channel("tiktok") }],
    });
    assert.deepEqual(await fields(room, input), ["media"], state);
  }
});

test("a version's own text and media are judged instead of the post's", async (t) => {
  const room = openRoom(t);
  const channelId = room.channel("youtube");
  const options = { title: "Sea", privacyStatus: "private", madeForKids: false };
  const [video, image] = [room.media("video"), room.media("image")];
  assert.deepEqual(
    await fields(room, inputOf({ media: [image], channels: [{ channelId, media: [video], options }] })),
    [],
  );
  assert.deepEqual(
    await fields(room, inputOf({ media: [video], channels: [{ channelId, media: [image], options }] })),
    ["media"],
  );
  assert.deepEqual(await fields(room, inputOf({ media: [video], channels: [{ channelId, text: "a < b", options }] })), [
    "text",
  ]);
});

test("foreign channels and media are problems like unknown ones, and the rest is judged all the same", async (t) => {
  const room = openRoom(t);
  const theirs = room.media("video", { workspaceId: room.otherWorkspaceId });
  const foreign = room.channel("tiktok", { workspaceId: room.otherWorkspaceId });
  const input = inputOf({
    media: [theirs],
    channels: [{ channelId: foreign }, { channelId: room.channel("youtube") }],
  });
  assert.deepEqual(await fields(room, input), ["channelId", "media", "title", "privacyStatus", "madeForKids"]);
});

test("a channel whose token the platform refuses is named as signed out, and is so from then on", async (t) => {
  const sandbox = await openSandbox();
  t.after(() => sandbox.close());
  const room = openRoom(t, sandbox.url);
  for (const platform of ["tiktok", "youtube"]) {
    const channelId = room.channel(platform);
    const options = platform === "youtube" ? { title: "Sea", privacyStatus: "private", madeForKids: false } : {};
    const input = inputOf({ media: [room.media("video")], channels: [{ channelId, options }] });
    assert.deepEqual(await fields(room, input), [], platform);
    assert.deepEqual(await fields(room, input, { fresh: true, when: "now" }), ["channelId"], platform);
    assert.deepEqual(await fields(room, input), ["channelId"], platform);
  }
});

test("a platform that cannot be asked does not stop a post", async (t) => {
  const room = openRoom(t);
  const input = inputOf({ media: [room.media("video")], channels: [{ channelId: room.channel("tiktok") }] });
  assert.deepEqual(await fields(room, input, { fresh: true, when: "now" }), []);
});
