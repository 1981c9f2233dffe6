/** Who a channel is, on all four platforms: a picture that is really served, and a handle exactly as the platform shows it. */
import assert from "node:assert/strict";
import test from "node:test";
import { textOf } from "../support/robot.ts";
import { apiKey } from "../support/server.ts";
import { connect, openDesk } from "./desk.ts";

const TOMAS = "100090000000002";
const PAGES = ["270000000000021", "270000000000022"];

test("picture and handle of every platform's channels", async (t) => {
  const desk = await openDesk(t);
  const { server, robot } = desk;
  await robot.open(`${server.url}/channels`);
  for (const name of ["TikTok", "YouTube", "Instagram"]) await connect(desk, name);
  await connect(desk, "Facebook", { account: TOMAS });
  await robot.press("Connect", { destination: PAGES });

  const headers = { authorization: `Bearer ${apiKey(server)}` };
  const reply = await fetch(`${server.url}/api/v1/channels`, { headers });
  const { items } = (await reply.json()) as {
    items: Array<{ id: string; platform: string; name: string; handle: string; avatarUrl: string | null }>;
  };
  const [plain, named] = [
    items.filter((one) => one.handle === one.name),
    items.filter((one) => one.handle !== one.name),
  ];
  assert.deepEqual(items.map((one) => one.platform).sort(), ["facebook", "facebook", "instagram", "tiktok", "youtube"]);
  assert.deepEqual(
    items.filter((one) => one.avatarUrl === null),
    [],
  );
  for (const { handle } of named) assert.match(handle, /^@[\w.]+$/);
  assert.deepEqual(
    plain.map((one) => one.name),
    ["Late Trains"],
    "a Page without a username",
  );

  for (const path of ["/channels", "/posts/new", `/channels/${plain[0]!.id}/disconnect`]) {
    await robot.open(server.url + path);
    assert.ok(robot.has("Late Trains"), path);
    assert.ok(!robot.page.html.includes("@Late Trains"), path);
  }
  const draft = (await (
    await fetch(`${server.url}/api/v1/posts`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({
        text: "Low tide",
        publish: "draft",
        channels: items.map((one) => ({ channelId: one.id, options: {} })),
      }),
    })
  ).json()) as { id: string };
  await robot.open(`${server.url}/posts/${draft.id}/edit`);
  assert.ok(robot.has("Posts as Late Trains"));
  for (const { handle } of named) assert.ok(textOf(robot.page.html).includes(handle), handle);
  assert.ok(!/@Late|@@/.test(robot.page.html));
});
