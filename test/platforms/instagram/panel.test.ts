/** The whole of Postern with an Instagram account that was connected through its Facebook Page. */
import assert from "node:assert/strict";
import test from "node:test";
import sharp from "sharp";
import { Panel } from "../../support/panel.ts";

const done = ["published", "failed", "unconfirmed", "held"];
async function upload(panel: Panel, format: "jpeg" | "png"): Promise<string> {
  const bytes = await sharp({ create: { width: 640, height: 640, channels: 3, background: "#446" } })
    [format]()
    .toBuffer();
  const form = new FormData();
  form.append("file", new Blob([new Uint8Array(bytes)], { type: `image/${format}` }), `square.${format}`);
  return (await panel.api<{ id: string }>("POST", "/media", form)).id;
}

test("connected through a Page, a reel's bytes and a carousel's addresses reach Instagram", async (t) => {
  const panel = await Panel.open([]);
  t.after(() => panel.close());
  await panel.robot.open(`${panel.url}/channels`);
  await panel.robot.press("Connect Instagram through a Facebook Page");
  await panel.robot.press("Allow");
  const { items } = await panel.api<{ items: Array<{ id: string; platform: string; handle: string; state: string }> }>(
    "GET",
    "/channels",
  );
  assert.deepEqual([items[0]?.platform, items[0]?.handle, items[0]?.state], ["instagram", "@miraokafor", "ready"]);
  panel.channels.set("instagram", items[0]!.id);

  const reel = await panel.until(await panel.publish("instagram", "A reel by bytes.", { kind: "reel" }), done, 400);
  assert.equal(reel.state, "published", JSON.stringify(reel));
  assert.match(reel.url ?? "", /instagram\.com\/reel\//);

  const media = [await upload(panel, "jpeg"), await upload(panel, "png")];
  const post = await panel.api<{ publications: Array<{ id: string }> }>("POST", "/posts", {
    text: "Two pictures.",
    media,
    publish: "now",
    timeZone: "UTC",
    scheduledAt: null,
    channels: [{ channelId: items[0]!.id, options: { firstComment: "And a word." } }],
  });
  const carousel = await panel.until(post.publications[0]!.id, done, 400);
  assert.equal(carousel.state, "published", JSON.stringify(carousel));
  const shown = panel.sandbox.world.feed();
  assert.deepEqual(
    shown.map(({ text, files, details }) => [text, files.length, details["productType"]]),
    [
      ["A reel by bytes.", 1, "REELS"],
      ["Two pictures.", 2, "FEED"],
    ],
  );
  assert.equal(panel.sandbox.world.collection("instagram.comments").all().length, 1);

  const secrets = panel.sandbox.world.secrets();
  const written = panel.log.join("\n") + panel.robot.seen.join("\n");
  for (const { kind, secret } of secrets) {
    // A code comes back in the address of the consent's redirect, which the robot follows without showing it.
    assert.ok(!written.includes(secret), `${kind} was written down`);
  }
});
