/** What needs a person is said once for a post, not once for each of its channels; and only to its own workspace. */
import assert from "node:assert/strict";
import test from "node:test";
import { needsOf } from "../../src/today/needs.ts";
import { openCalendar } from "../calendar/site.ts";

const refused = (message: string): string =>
  JSON.stringify({ kind: "rejected", code: "refused", message, remedy: "Write another." });

test("a post that failed on several channels is one card, with the marks of its platforms", async (t) => {
  const site = await openCalendar(t);
  const { db, clock } = site.wired.house;
  const id = site.plan("2026-11-25T17:30", { text: "A film", platforms: ["tiktok", "youtube", "facebook"] });
  const other = site.plan("2026-11-25T18:30", { text: "Another" });
  const fail = (post: string, platform: string, message: string): unknown =>
    db.run("UPDATE publications SET state = 'failed', problem = ?, updated_at = ? WHERE post_id = ? AND platform = ?", [
      refused(message),
      clock.now(),
      post,
      platform,
    ]);
  fail(id, "tiktok", "Too long.");
  fail(id, "youtube", "Too long.");
  fail(other, "tiktok", "Too wide.");
  const read = () =>
    needsOf(site.wired, site.workspace)
      .map(({ title, text, platforms }) => [title, text, platforms.map((platform) => platform.id).sort()])
      .sort();
  assert.deepEqual(read(), [
    ["“A film” failed on 2 channels", "Too long.", ["tiktok", "youtube"]],
    ["“Another” failed", "Too wide.", ["tiktok"]],
  ]);
  fail(id, "youtube", "Refused.");
  assert.match(String(read()[0]?.[1]), /The others say why on the post's page\.$/);
  const stranger = db.get<{ id: string }>("SELECT id FROM workspaces WHERE id <> ?", [site.workspace.id])!;
  assert.deepEqual(needsOf(site.wired, { ...site.workspace, id: stranger.id }), []);
});
