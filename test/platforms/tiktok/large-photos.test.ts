/** A photo larger than TikTok takes, through the whole house: it is handed over smaller, the file in the library stays as it is. */
import assert from "node:assert/strict";
import test from "node:test";
import sharp from "sharp";
import { Panel } from "../../support/panel.ts";

test("a large PNG reaches TikTok as a JPEG that fits", async (t) => {
  const panel = await Panel.open(["TikTok"]);
  t.after(() => panel.close());
  const picture = await sharp({ create: { width: 3000, height: 4000, channels: 3, background: "#446" } })
    .png()
    .toBuffer();
  const form = new FormData();
  form.append("file", new Blob([new Uint8Array(picture)], { type: "image/png" }), "harbour.png");
  panel.mediaId = (await panel.api<{ id: string }>("POST", "/media", form)).id;
  const id = await panel.publish("tiktok", "Large", { mode: "inbox", title: "Harbour" });
  const end = await panel.until(id, ["in_inbox", "failed"], 500);
  assert.deepEqual([end.state, end.problem], ["in_inbox", null]);
  const [file] = panel.sandbox.world.feed()[0]?.files ?? [];
  assert.equal(file?.mime, "image/jpeg");
  const sent = await sharp(panel.sandbox.world.filePath(file?.fileId ?? "")).metadata();
  assert.deepEqual([sent.format, sent.width, sent.height], ["jpeg", 1080, 1440]);
  const kept = await panel.api<{ width: number; height: number }>("GET", `/media/${panel.mediaId}`);
  assert.deepEqual([kept.width, kept.height], [3000, 4000]);
});
