/** The sandbox's TikTok is as strict as the sheet says the real one is: spoken to directly, without the module. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test, { type TestContext } from "node:test";
import { tiktok } from "../../src/platforms/tiktok/index.ts";
import { openSandbox, signIn, type TestSandbox } from "../support/sandbox.ts";

interface Talk {
  sandbox: TestSandbox;
  post(
    path: string,
    json: unknown,
    query?: string,
  ): Promise<{ status: number; text: string; code: string; data: Record<string, unknown> }>;
  token: string;
}

async function talk(t: TestContext): Promise<Talk> {
  const sandbox = await openSandbox();
  t.after(() => sandbox.close());
  const session = await signIn(sandbox, tiktok);
  const token = session.tokens.accessToken;
  return {
    sandbox,
    token,
    async post(path, json, query = "") {
      const reply = await fetch(`${sandbox.url}/open.tiktokapis.com/v2/${path}/${query}`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json; charset=UTF-8" },
        body: JSON.stringify(json),
      });
      const text = await reply.text();
      const body = JSON.parse(text) as { data?: Record<string, unknown>; error?: { code?: string } };
      return { status: reply.status, text, code: body.error?.code ?? "", data: body.data ?? {} };
    },
  };
}

const source = (video_size: number, chunk_size: number, total_chunk_count: number) => ({
  source: "FILE_UPLOAD",
  video_size,
  chunk_size,
  total_chunk_count,
});
const INFO = { privacy_level: "PUBLIC_TO_EVERYONE" };

test("chunk numbers must add up as TikTok counts them", async (t) => {
  const { sandbox, post } = await talk(t);
  sandbox.world.setBehaviour("tiktok", "limits", "off");
  const cases: Array<[size: number, chunk: number, count: number, good: boolean]> = [
    [4_194_304, 4_194_304, 1, true],
    [64_000_000, 64_000_000, 1, true],
    [64_000_001, 10_000_000, 6, true],
    [50_000_123, 10_000_000, 5, true],
    [4_294_967_296, 10_000_000, 429, true],
    [4_294_967_297, 10_000_000, 429, false],
    [66_000_000, 64_000_000, 1, false],
    [66_000_000, 66_000_000, 1, false],
    [15_000_000, 10_000_000, 1, false],
    [50_000_123, 10_000_000, 6, false],
    [50_000_000, 5_000_000, 10, false],
    [0, 0, 0, false],
  ];
  for (const [size, chunk, count, good] of cases) {
    const reply = await post("post/publish/video/init", { post_info: INFO, source_info: source(size, chunk, count) });
    assert.equal(reply.code, good ? "ok" : "invalid_params", `${size} ${chunk} ${count}`);
    assert.equal(reply.status, good ? 200 : 400);
  }
});

test("post info is refused when something is missing, unknown, too long or not offered", async (t) => {
  const { sandbox, post } = await talk(t);
  sandbox.world.setBehaviour("tiktok", "limits", "off");
  const init = (post_info: unknown) => post("post/publish/video/init", { post_info, source_info: source(10, 10, 1) });
  for (const bad of [
    undefined,
    {},
    { ...INFO, privacy_level: "EVERYONE" },
    { ...INFO, title: "a".repeat(2201) },
    { ...INFO, description: "for photos" },
    { ...INFO, disable_duet: "true" },
    { privacy_level: "SELF_ONLY", brand_content_toggle: true },
  ]) {
    assert.deepEqual([(await init(bad)).status, (await init(bad)).code], [400, "invalid_params"], JSON.stringify(bad));
  }
  const wrong = await init({ privacy_level: "FOLLOWER_OF_CREATOR" });
  assert.deepEqual([wrong.status, wrong.code], [403, "privacy_level_option_mismatch"]);
  const draft = await post("post/publish/inbox/video/init", { post_info: INFO, source_info: source(10, 10, 1) });
  assert.equal(draft.code, "invalid_params");
});

test("chunks are taken in order, whole, within the hour, and told with the documented statuses", async (t) => {
  const { sandbox, post, token } = await talk(t);
  const open = async (size: number, chunk: number, count: number) =>
    (await post("post/publish/video/init", { post_info: INFO, source_info: source(size, chunk, count) })).data;
  const put = async (
    url: string,
    first: number,
    last: number,
    total: number,
    more: Record<string, string> = {},
    length?: number,
  ) => {
    const reply = await fetch(url, {
      method: "PUT",
      headers: { "content-type": "video/mp4", "content-range": `bytes ${first}-${last}/${total}`, ...more },
      body: new Uint8Array(length ?? last - first + 1),
    });
    await reply.text();
    return reply.status;
  };
  const total = 50_000_123;
  const { upload_url: url, publish_id: id } = (await open(total, 10_000_000, 5)) as Record<string, string>;
  assert.ok(url && url.length <= 256 && id?.startsWith("v_pub_file~") && id.length <= 64);
  assert.equal(await put(url, 10_000_000, 19_999_999, total), 416);
  assert.equal(await put(url, 0, 9_999_999, total, {}, 9_999_998), 400);
  assert.equal(await put(url, 0, 9_999_999, total, { "content-type": "application/octet-stream" }), 400);
  assert.equal(await put(`${url}x`, 0, 9_999_999, total), 404);
  const statuses: number[] = [];
  for (let chunk = 0; chunk < 5; chunk += 1) {
    const last = chunk === 4 ? total - 1 : (chunk + 1) * 10_000_000 - 1;
    statuses.push(await put(url, chunk * 10_000_000, last, total));
  }
  assert.deepEqual(statuses, [206, 206, 206, 206, 201]);
  assert.equal(await put(url, 40_000_000, total - 1, total), 416);

  const leaky = (await open(10, 10, 1)) as Record<string, string>;
  assert.equal(await put(leaky["upload_url"] ?? "", 0, 9, 10, { authorization: `Bearer ${token}` }), 201);
  const shown = sandbox.world.feed().find((item) => item.id === leaky["publish_id"]);
  assert.deepEqual(shown?.details["warnings"], ["An upload carried an Authorization header."]);

  const late = (await open(10, 10, 1)) as Record<string, string>;
  sandbox.clock.push(3_600_000);
  assert.equal(await put(late["upload_url"] ?? "", 0, 9, 10), 403);
});

test("ids are bare 19-digit numbers, and the first finished status has none", async (t) => {
  const { sandbox, post } = await talk(t);
  const { data } = await post("post/publish/video/init", { post_info: INFO, source_info: source(10, 10, 1) });
  const headers = { "content-type": "video/webm", "content-range": "bytes 0-9/10" };
  assert.equal(
    (await fetch(String(data["upload_url"]), { method: "PUT", headers, body: new Uint8Array(10) })).status,
    201,
  );
  const status = () => post("post/publish/status/fetch", { publish_id: data["publish_id"] });
  assert.deepEqual((await status()).data, { status: "PROCESSING_UPLOAD", uploaded_bytes: 10 });
  sandbox.clock.push(1500);
  assert.match((await status()).text, /"publicaly_available_post_id":\[\]/);
  assert.match((await status()).text, /"publicaly_available_post_id":\[7\d{18}\]/);
  const [item] = sandbox.world.feed();
  const list = await post("video/list", {}, "?fields=id,share_url");
  assert.deepEqual(list.data["videos"], [{ id: item?.details["postId"], share_url: item?.url }]);
  assert.equal((await post("post/publish/status/fetch", { publish_id: "v_pub_file~1" })).code, "invalid_publish_id");
  assert.equal((await post("post/publish/cancel", { publish_id: data["publish_id"] })).code, "publish_not_cancellable");
  assert.equal((await post("video/list", {})).code, "invalid_params");
  const ids = Array.from({ length: 21 }, (_, index) => String(index));
  assert.equal((await post("video/query", { filters: { video_ids: ids } }, "?fields=id")).code, "invalid_params");
  const foreign = await post("video/query", { filters: { video_ids: ["7000000000000000000"] } }, "?fields=id");
  assert.deepEqual(foreign.data["videos"], []);
});

test("rates are kept per token and minute", async (t) => {
  const { sandbox, post } = await talk(t);
  const info = () => post("post/publish/creator_info/query", {});
  for (let call = 0; call < 20; call += 1) assert.equal((await info()).code, "ok");
  const limited = await info();
  assert.deepEqual([limited.status, limited.code], [429, "rate_limit_exceeded"]);
  sandbox.clock.push(60_000);
  assert.equal((await info()).code, "ok");
});

test("paths end in a slash, tokens live a day, and scopes are checked", async (t) => {
  const { sandbox, post, token } = await talk(t);
  const authorization = `Bearer ${token}`;
  const base = `${sandbox.url}/open.tiktokapis.com/v2`;
  assert.equal((await fetch(`${base}/user/info?fields=open_id`, { headers: { authorization } })).status, 404);
  assert.equal((await fetch(`${base}/user/info/?fields=open_id`)).status, 401);
  assert.equal(
    (await fetch(`${base}/user/info/?fields=open_id,shoe_size`, { headers: { authorization } })).status,
    400,
  );
  const narrow = await signIn(sandbox, tiktok, { without: ["user.info.stats", "video.publish"] });
  const asked = await fetch(`${base}/user/info/?fields=follower_count`, {
    headers: { authorization: `Bearer ${narrow.tokens.accessToken}` },
  });
  assert.match(await asked.text(), /scope_permission_missed/);
  sandbox.clock.push(86_400_000);
  assert.equal((await post("video/list", {}, "?fields=id")).code, "access_token_invalid");
});

test("the sign-in page and the token endpoint refuse what TikTok refuses", async (t) => {
  const { sandbox } = await talk(t);
  const good = {
    client_key: "sandbox",
    scope: "user.info.basic,video.upload",
    response_type: "code",
    redirect_uri: "https://panel.example/channels/callback/tiktok",
    state: "s",
  };
  const page = async (query: Record<string, string>) => {
    const reply = await fetch(`${sandbox.url}/www.tiktok.com/v2/auth/authorize/?${new URLSearchParams(query)}`);
    await reply.text();
    return reply.status;
  };
  assert.equal(await page(good), 200);
  const desktop = { ...good, redirect_uri: "http://127.0.0.1:3000/channels/callback/tiktok" };
  // The challenge is in hex there, and demanded: https://developers.tiktok.com/doc/login-kit-desktop
  const challenge = createHash("sha256").update("a".repeat(43)).digest("hex");
  assert.equal(challenge, "66d34fba71f8f450f7e45598853e53bfc23bbd129027cbb131a2f4ffd7878cd0");
  const proven = { ...desktop, code_challenge: challenge, code_challenge_method: "S256" };
  assert.equal(await page(proven), 200);
  const faults: Array<Record<string, string>> = [
    { client_key: "" },
    { client_id: "sandbox" },
    { scope: "user.info.basic video.upload" },
    { scope: "everything" },
    { response_type: "token" },
    { redirect_uri: "http://panel.example/callback" },
    { redirect_uri: "https://panel.example/callback?x=1" },
    { redirect_uri: "http://localhost/callback" },
    desktop,
    { ...proven, code_challenge: "ZtNPunH49FD35FWYhT5Tv8I7vRKQJ8uxMaL0_9eHjNA" },
    { ...proven, code_challenge_method: "plain" },
  ];
  for (const bad of faults) {
    assert.equal(await page({ ...good, ...bad }), 400, JSON.stringify(bad));
  }
  const reply = await fetch(`${sandbox.url}/open.tiktokapis.com/v2/oauth/token/`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  const body = (await reply.json()) as Record<string, string>;
  assert.equal(body["error"], "invalid_request");
  assert.ok(body["error_description"] && body["log_id"]);
});

test("a code works once and not for long", async (t) => {
  const { sandbox } = await talk(t);
  const address = `${sandbox.url}/www.tiktok.com/v2/auth/authorize/?client_key=k&scope=user.info.basic&response_type=code&redirect_uri=https%3A%2F%2Fpanel.example%2Fchannels%2Fcallback%2Ftiktok`;
  const code = async () => {
    const form = new URLSearchParams({ decision: "allow", account: "afd97af1-b87b-48b9-ac98-harbourclock" });
    const reply = await fetch(address, { method: "POST", body: form, redirect: "manual" });
    assert.equal(reply.status, 303);
    return new URL(reply.headers.get("location") ?? "").searchParams.get("code") ?? "";
  };
  const trade = async (value: string, clientKey = "k") => {
    const body = new URLSearchParams({
      client_key: clientKey,
      client_secret: "s",
      code: value,
      grant_type: "authorization_code",
      redirect_uri: "https://panel.example/channels/callback/tiktok",
    });
    const reply = await fetch(`${sandbox.url}/open.tiktokapis.com/v2/oauth/token/`, { method: "POST", body });
    return ((await reply.json()) as { error?: string }).error ?? "ok";
  };
  const first = await code();
  assert.equal(await trade(first), "ok");
  assert.equal(await trade(first), "invalid_grant");
  assert.equal(await trade(await code(), "other"), "invalid_client");
  const old = await code();
  sandbox.clock.push(300_001);
  assert.equal(await trade(old), "invalid_grant");
});
