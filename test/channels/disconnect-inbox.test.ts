/** Disconnecting while a draft lies in the TikTok inbox: said before and after, and the person still has the last word. */
import assert from "node:assert/strict";
import test from "node:test";
import { Panel } from "../support/panel.ts";
import { textOf } from "../support/robot.ts";

test("a draft in the inbox is named before disconnecting, stays there, and is not asked about for ever", async (t) => {
  const panel = await Panel.open(["TikTok"]);
  t.after(() => panel.close());
  const { robot } = panel;
  const { wired } = panel.server;
  const id = await panel.publish("tiktok", "For later", { mode: "inbox" });
  await panel.until(id, ["in_inbox"], 2000);
  const channelId = panel.channels.get("tiktok") ?? "";
  await robot.open(`${panel.url}/channels/${channelId}/disconnect`);
  assert.match(textOf(robot.page.html), /One draft lies in the inbox at TikTok and stays there/);
  await robot.press("Disconnect and erase");
  assert.match(textOf(robot.page.html), /What lies in the inbox at TikTok; Postern does not hear of it any more/);

  const left = await panel.publication(id);
  assert.deepEqual([left.state, left.problem?.code], ["in_inbox", "disconnected"]);
  const queued = "SELECT 1 FROM jobs WHERE unique_key = ? AND state = 'queued'";
  assert.equal(wired.house.db.get(queued, [`publication:${id}`]), undefined);
  const { workspace_id: workspaceId } = wired.house.db.get<{ workspace_id: string }>("SELECT * FROM publications")!;
  assert.equal(wired.publishing.confirm(workspaceId, id, { landed: true }).state, "published");
});
