/** The sandbox's Instagram refuses what Instagram refuses, in the same words, on both hosts. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import test, { type TestContext } from "node:test";
import sharp from "sharp";
import type { DeliveryMedia, MediaFacts } from "../../src/platforms/contract.ts";
import { instagram } from "../../src/platforms/instagram/index.ts";
import { appSecretProof } from "../../src/platforms/shared/meta/index.ts";
import { film } from "../platforms/instagram/film.ts";
import { openStudio } from "../platforms/instagram/studio.ts";
import { consent } from "../support/sandbox.ts";

const ACCOUNT = "17841400000000011";

interface Reply {
  status: number;
  headers: Headers;
  json: { id?: string; error?: { code: number; error_subcode?: number } } & Record<string, unknown>;
  text: string;
}

/** Bare calls with the token of a signed-in account. */
async function caller(t: TestContext, choice: Parameters<typeof openStudio>[1] = {}) {
  const studio = await openStudio(t, choice);
  const { sandbox, session } = studio;
  const token = session.tokens.accessToken;
  const host = choice.way ? "graph.facebook.com" : "graph.instagram.com";
  const call = async (method: string, path: string, form?: Record<string, string>, at = host): Promise<Reply> => {
    const url = new URL(`${sandbox.url}/${at}/v26.0${path}`);
    if (choice.way) url.searchParams.set("appsecret_proof", appSecretProof(token, "sandbox"));
    const body = form ? new URLSearchParams(form) : null;
    const reply = await fetch(url, { method, headers: { authorization: `Bearer ${token}` }, body });
    const text = await reply.text();
    return { status: reply.status, headers: reply.headers, text, json: JSON.parse(text) as Reply["json"] };
  };
  const create = (form: Record<string, string>) => call("POST", `/${ACCOUNT}/media`, form);
  const publish = (id: string) => call("POST", `/${ACCOUNT}/media_publish`, { creation_id: id });
  const address = async (file: DeliveryMedia) =>
    (await file.publicUrl(1, file.kind === "image" ? "jpeg" : undefined)) ?? "";
  return { ...studio, call, create, publish, address, token };
}

const codeOf = ({ json: { error } }: Reply) =>
  error ? `${error.code}${error.error_subcode === undefined ? "" : `/${error.error_subcode}`}` : "";

test("each host knows only its own tokens, and Facebook's wants the proof", async (t) => {
  const own = await caller(t);
  assert.equal((await own.call("GET", `/${ACCOUNT}?fields=username`)).json["username"], "miraokafor");
  assert.equal(codeOf(await own.call("GET", `/${ACCOUNT}?fields=username`, undefined, "graph.facebook.com")), "190");
  const page = await caller(t, { way: "facebook" });
  assert.equal((await page.call("GET", `/${ACCOUNT}?fields=username`)).json["username"], "miraokafor");
  assert.equal(codeOf(await page.call("GET", `/${ACCOUNT}?fields=username`, undefined, "graph.instagram.com")), "190");
  const bare = await fetch(`${page.sandbox.url}/graph.facebook.com/v26.0/${ACCOUNT}/content_publishing_limit`, {
    headers: { authorization: `Bearer ${page.token}` },
  });
  assert.match(await bare.text(), /appsecret_proof/);
});

test("consent: shown mistakes, codes of one use, an id that is a number", async (t) => {
  const { sandbox } = await openStudio(t);
  const page = (query: string) => fetch(`${sandbox.url}/www.instagram.com/oauth/authorize?${query}`);
  const right =
    "client_id=sandbox&response_type=code&redirect_uri=https%3A%2F%2Fpanel.example%2Fchannels%2Fcallback%2Fx";
  for (const [query, words] of [
    ["client_id=undefined", /Invalid platform app/],
    ["client_id=sandbox&redirect_uri=http%3A%2F%2Fpanel.example", /Invalid redirect_uri/],
    [`${right}&scope=instagram_basic`, /Invalid Scopes: instagram_basic/],
  ] as const) {
    const reply = await page(query);
    assert.equal(reply.status, 400);
    assert.match(await reply.text(), words);
  }
  const { query } = await consent(sandbox, instagram);
  const trade = async (code: string) => {
    const body = new URLSearchParams({
      client_id: "sandbox",
      client_secret: "sandbox",
      grant_type: "authorization_code",
      redirect_uri: "https://panel.example/channels/callback/test",
      code,
    });
    return (await fetch(`${sandbox.url}/api.instagram.com/oauth/access_token`, { method: "POST", body })).text();
  };
  assert.match(await trade(query["code"]!), new RegExp(`"user_id":${ACCOUNT},`));
  assert.match(await trade(query["code"]!), /Matching code was not found or was already used/);
});

test("a token is not renewed on its first day, and not after its last", async (t) => {
  const { sandbox, token, clock } = await caller(t);
  const refresh = async () => {
    const query = new URLSearchParams({ grant_type: "ig_refresh_token", access_token: token });
    return (await fetch(`${sandbox.url}/graph.instagram.com/refresh_access_token?${query}`)).status;
  };
  assert.equal(await refresh(), 400);
  clock.push(25 * 3_600_000);
  assert.equal(await refresh(), 200);
  clock.push(60 * 24 * 3_600_000);
  assert.equal(await refresh(), 401);
});

test("an order is checked before anything is fetched", async (t) => {
  const { create, photo, clip, address, files } = await caller(t);
  const image_url = await address(await photo());
  const video_url = await address(clip());
  const cases: Array<[string, Record<string, string>]> = [
    ["100", {}],
    ["100/2207023", { media_type: "IGTV", video_url }],
    ["100/2207023", { media_type: "VIDEO", video_url }],
    ["100/2207023", { video_url }],
    ["100", { media_type: "REELS" }],
    ["100", { media_type: "REELS", upload_type: "resumable" }],
    ["36004/2207010", { image_url, caption: "x".repeat(2201) }],
    ["36004/2207010", { image_url, caption: "#a ".repeat(31) }],
    ["100", { image_url, alt_text: "x".repeat(1001) }],
    ["100", { media_type: "REELS", video_url, alt_text: "no" }],
    ["100", { image_url, collaborators: '["a","b","c","d"]' }],
    ["100", { image_url, is_carousel_item: "true", collaborators: '["a"]' }],
    ["100", { media_type: "STORIES", image_url, collaborators: '["a"]' }],
    ["100/2207028", { media_type: "CAROUSEL", children: "1" }],
    ["100/2207028", { media_type: "CAROUSEL", children: Array.from({ length: 11 }, (_, n) => n).join(",") }],
  ];
  for (const [code, form] of cases) {
    assert.equal(codeOf(await create(form)), code, JSON.stringify(form).slice(0, 80));
  }
  assert.deepEqual(files.asked, []);
});

test("images are really fetched, and judged by what came", async (t) => {
  const { create, photo, files, address, world } = await caller(t);
  const png = await sharp({ create: { width: 100, height: 100, channels: 3, background: "#446" } })
    .png()
    .toBuffer();
  const origin = new URL(await address(await photo())).origin;
  const big = await sharp(randomBytes(2600 * 2600 * 3), {
    raw: { width: 2600, height: 2600, channels: 3 },
  })
    .jpeg({ quality: 100, chromaSubsampling: "4:4:4" })
    .toBuffer();
  assert.ok(big.length > 8 * 1024 * 1024);
  const cases: Array<[string, string]> = [
    ["9004/2207052", `${origin}/missing.jpg`],
    ["9004/2207052", files.add("page.html", Buffer.from("<html>"), "text/html")],
    ["9004/2207052", "http://panel.example/a.jpg"],
    ["9004/2207052", ""],
    ["36001/2207005", files.add("png.jpg", png, "image/jpeg")],
    ["36000/2207004", files.add("big.jpg", big, "image/jpeg")],
    ["36003/2207009", await address(await photo(1080, 1920))],
    ["", await address(await photo(1080, 1350))],
  ];
  for (const [code, image_url] of cases) {
    assert.equal(codeOf(await create({ image_url })), image_url === "" ? "100" : code, image_url);
  }
  assert.equal(codeOf(await create({ media_type: "STORIES", image_url: await address(await photo(1080, 1920)) })), "");
  world.setBehaviour("instagram", "fetch", "fail_once");
  const image_url = await address(await photo());
  assert.equal(codeOf(await create({ image_url })), "9004/2207052");
  assert.equal(codeOf(await create({ image_url })), "");
});

test("a container is processed, published once, and gone after a day; publishing early is refused", async (t) => {
  const { create, publish, call, photo, address, clock, world } = await caller(t);
  const image_url = await address(await photo());
  const first = (await create({ image_url, caption: "One." })).json.id!;
  const status = async (id: string) => (await call("GET", `/${id}?fields=status_code,status`)).json["status_code"];
  assert.equal(await status(first), "IN_PROGRESS");
  assert.equal(codeOf(await publish(first)), "9007/2207027");
  clock.push(2000);
  assert.equal(await status(first), "FINISHED");
  const post = (await publish(first)).json.id!;
  assert.equal(await status(first), "PUBLISHED");
  assert.equal(codeOf(await publish(first)), "100");
  assert.deepEqual(
    world.feed().map((item) => item.id),
    [post],
  );
  assert.doesNotMatch(
    (await call("GET", `/${first}?fields=id,status_code`)).text,
    new RegExp(post),
    "no way from one to the other",
  );

  const second = (await create({ image_url })).json.id!;
  clock.push(25 * 3_600_000);
  assert.equal(await status(second), "EXPIRED");
  assert.equal(codeOf(await publish(second)), "24/2207008");
  assert.equal(codeOf(await publish("17909999999999999")), "24/2207006");
});

test("a carousel wants parts of its own that are ready", async (t) => {
  const { create, publish, photo, address, clock, world } = await caller(t);
  const part = async (more: Record<string, string> = {}) =>
    (await create({ image_url: await address(await photo()), is_carousel_item: "true", ...more })).json.id!;
  const children = `${await part()},${await part()}`;
  assert.equal(codeOf(await create({ media_type: "CAROUSEL", children })), "9007/2207027");
  clock.push(2000);
  const lone = (await create({ image_url: await address(await photo()) })).json.id!;
  assert.equal(codeOf(await create({ media_type: "CAROUSEL", children: `${children},${lone}` })), "100/2207008");
  const whole = (await create({ media_type: "CAROUSEL", children, caption: "Two." })).json.id!;
  assert.equal(codeOf(await publish(children.split(",")[0]!)), "100");
  clock.push(2000);
  assert.ok((await publish(whole)).json.id);
  assert.equal(world.feed()[0]?.files.length, 2);
});

test("four hundred containers and fifty posts a day", async (t) => {
  const { create, call, photo, address, world, clock } = await caller(t);
  const containers = world.collection("instagram.containers");
  for (let n = 0; n < 400; n += 1) {
    containers.put(`c${n}`, { id: `c${n}`, accountId: ACCOUNT, createdAt: clock.now() });
  }
  const image_url = await address(await photo());
  assert.equal(codeOf(await create({ image_url })), "4");
  const limit = await call("GET", `/${ACCOUNT}/content_publishing_limit?fields=quota_usage,config`);
  assert.deepEqual(limit.json["data"], [{ quota_usage: 0, config: { quota_total: 50, quota_duration: 86_400 } }]);
});

test("a busy account is refused with the header that says for how long", async (t) => {
  const { call, world } = await caller(t);
  world.setBehaviour("instagram", "limit", "busy");
  const reply = await call("GET", `/${ACCOUNT}/media?fields=id`);
  assert.deepEqual([reply.status, codeOf(reply)], [400, "80002"]);
  assert.match(reply.headers.get("x-business-use-case-usage") ?? "", /"estimated_time_to_regain_access":19/);
});

test("the upload host: the right token, whole files from the start, errors in its own envelope", async (t) => {
  const { create, sandbox, token, clock, call } = await caller(t, { way: "facebook" });
  const { json } = await create({ media_type: "REELS", upload_type: "resumable", caption: "Bytes." });
  assert.match(String(json["uri"]), /^https:\/\/rupload\.facebook\.com\/ig-api-upload\/v26\.0\/1790/);
  const bytes = film({ bytes: 5000 });
  const send = async (headers: Record<string, string>, body: Buffer = bytes) => {
    const url = `${sandbox.url}/rupload.facebook.com/ig-api-upload/v26.0/${json.id}`;
    const all = { authorization: `OAuth ${token}`, offset: "0", file_size: "5000", ...headers };
    const sent = {
      method: "POST",
      headers: { ...all, "content-type": "application/octet-stream" },
      body: new Uint8Array(body),
    };
    return (await fetch(url, sent)).text();
  };
  assert.match(await send({ authorization: `Bearer ${token}` }), /"debug_info".*unauthorized user request/);
  assert.match(await send({ offset: "10" }), /ProcessingFailedError/);
  assert.match(await send({ file_size: "6000" }), /"retriable":true/);
  const status = async () => (await call("GET", `/${json.id}?fields=status_code`)).json["status_code"];
  clock.push(5000);
  assert.equal(await status(), "IN_PROGRESS", "nothing has come yet");
  assert.match(await send({}), /"success":true/);
  clock.push(5000);
  assert.equal(await status(), "FINISHED");
});

test("what validate refuses in a file the sandbox refuses, and nothing else", async (t) => {
  const { create, call, clip, photo, address, clock } = await caller(t);
  const verdict = async (form: Record<string, string>) => {
    const reply = await create(form);
    if (reply.json.error) return "refused";
    clock.push(2000);
    const { status_code: code } = (await call("GET", `/${reply.json.id}?fields=status_code`)).json;
    return code === "ERROR" ? "refused" : "taken";
  };
  const judge = async (file: DeliveryMedia, kind: string, form: Record<string, string>) => {
    const draft = { text: "", media: [file as MediaFacts], options: { kind }, assets: {}, dueAt: null };
    const ours = instagram.validate(draft, null).length > 0 ? "refused" : "taken";
    assert.equal(
      await verdict(form),
      ours,
      `${kind} ${file.width} × ${file.height} ${file.durationMs} ms ${file.bytes} bytes`,
    );
  };
  for (const [width, height] of [
    [1080, 1350],
    [1000, 1250],
    [1000, 1264],
    [1080, 1080],
    [1910, 1000],
    [1200, 628],
    [1920, 1000],
    [1080, 1920],
  ] as const) {
    const file = await photo(width, height);
    await judge(file, "feed", { image_url: await address(file) });
    await judge(file, "story", { media_type: "STORIES", image_url: await address(file) });
  }
  for (const measures of [
    {},
    { durationMs: 2999 },
    { durationMs: 3000 },
    { durationMs: 60_000 },
    { durationMs: 60_001 },
    { durationMs: 900_000 },
    { durationMs: 900_001 },
    { width: 1920, height: 1080 },
    { width: 1922, height: 1080 },
    { width: 60, height: 700 },
    { durationMs: 3000, bytes: 9_400_000 },
  ]) {
    const file = clip(measures);
    const video_url = await address(file);
    await judge(file, "reel", { media_type: "REELS", video_url });
    await judge(file, "story", { media_type: "STORIES", video_url });
  }
});
