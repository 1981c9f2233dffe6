/** Without a public https address: what cannot go out is said where people connect, write and administer; the sandbox refuses nothing. */
import assert from "node:assert/strict";
import { openAsBlob } from "node:fs";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { canBeFetchedFrom } from "../../src/outbound/index.ts";
import { findPlatform, type Draft, type MediaFacts } from "../../src/platforms/index.ts";
import { apiKey, signUp, startTestServer, type TestServer } from "../support/server.ts";

const photo = fileURLToPath(new URL("../fixtures/media/photo.jpg", import.meta.url));
const file = (facts: Partial<MediaFacts>): MediaFacts => ({
  id: "m",
  kind: "image",
  name: "cat.jpg",
  mime: "image/jpeg",
  bytes: 100_000,
  width: 1080,
  height: 1080,
  durationMs: null,
  videoCodec: null,
  audioCodec: null,
  frameRate: null,
  rotation: null,
  altText: "",
  ...facts,
});
const film = file({ kind: "video", name: "cat.mp4", mime: "video/mp4", height: 1920, durationMs: 9000, frameRate: 30 });

function refused(platform: string, media: MediaFacts, publicHttps: boolean | undefined, prepared: unknown = null) {
  const draft: Draft = { text: "A cat", media: [media], options: {}, assets: {}, dueAt: null, publicHttps };
  const problems = findPlatform(platform)!.validate(draft, prepared);
  return problems.filter((one) => one.message.includes("no public https address"));
}

test("each platform names what it would have to fetch, and nothing else", () => {
  const webp = file({ name: "cat.webp", mime: "image/webp" });
  for (const [platform, media] of [
    ["tiktok", file({})],
    ["instagram", file({})],
    ["facebook", webp],
  ] as const) {
    const [problem] = refused(platform, media, false);
    assert.equal(problem?.field, "media", platform);
    assert.match(problem.remedy, /PUBLIC_URL/);
    assert.ok(findPlatform(platform)!.guide.withoutAddress);
    for (const known of [true, undefined]) assert.deepEqual(refused(platform, media, known), []);
  }
  assert.deepEqual(refused("facebook", file({}), false), [], "Facebook takes a JPEG as it is");
  for (const platform of ["tiktok", "youtube", "facebook", "instagram"])
    assert.deepEqual(refused(platform, film, false), [], `${platform} takes videos as they are, as far as is known`);
});

test("which addresses can be fetched from", () => {
  const live = (url: string) => canBeFetchedFrom(url, "live");
  assert.ok(live("https://postern.example.org"));
  for (const url of [
    "http://postern.example.org",
    "https://localhost:3000",
    "https://192.168.1.4",
    "https://nas.local",
  ])
    assert.equal(live(url), false, url);
  assert.ok(canBeFetchedFrom("http://127.0.0.1:3000", "sandbox"));
});

test("the pages and the check before publishing say it in live mode, and not in the sandbox", async (t) => {
  const apps = { TIKTOK_CLIENT_ID: "id", TIKTOK_CLIENT_SECRET: "a secret of some length" };
  const live = await startTestServer({ settings: { PLATFORM_MODE: "live", ...apps } });
  t.after(() => live.close());
  const sandbox = await startTestServer();
  t.after(() => sandbox.close());
  const said = await told(live);
  assert.match(said.channels, /Without a public https address: TikTok fetches photos from this install/);
  assert.match(said.channels, /How to get one/);
  assert.match(said.admin, /This install has no public https address/);
  assert.match(said.admin, /Instagram fetches photos and covers/);
  assert.match(said.admin, /reverse proxy with TLS/);
  assert.match(said.problems, /TikTok fetches photos from this install, which has no public https address/);

  const quiet = await told(sandbox);
  for (const text of Object.values(quiet)) assert.doesNotMatch(text, /public https address/);
});

async function told(server: TestServer): Promise<Record<"channels" | "admin" | "problems", string>> {
  const robot = await signUp(server);
  const channels = (await robot.open(`${server.url}/channels`)).html;
  const admin = (await robot.open(`${server.url}/admin`)).html;
  const { db } = server.running.wired.house;
  const { workspace_id } = db.get<{ workspace_id: string }>("SELECT workspace_id FROM memberships")!;
  db.run(
    `INSERT INTO channels (id, workspace_id, platform, remote_id, state, connected_at, created_at)
     VALUES ('c', ?, 'tiktok', 'remote', 'signed_out', 0, 0)`,
    [workspace_id],
  );
  const headers = { authorization: `Bearer ${apiKey(server)}` };
  const form = new FormData();
  form.append("file", await openAsBlob(photo, { type: "image/jpeg" }), "cat.jpg");
  const media = await fetch(`${server.url}/api/v1/media`, { method: "POST", headers, body: form });
  const { id } = (await media.json()) as { id: string };
  const reply = await fetch(`${server.url}/api/v1/posts/validate`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify({ text: "A cat", media: [id], publish: "now", channels: [{ channelId: "c" }] }),
  });
  const problems = await reply.text();
  assert.match(problems, /signed out/);
  return { channels, admin, problems };
}
