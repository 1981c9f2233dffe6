/** What Meta's platforms share: three kinds of refusal, one table, limits, proofs, multipart bodies. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import test from "node:test";
import { z } from "zod";
import type { PlatformResponse, Session } from "../../../src/platforms/contract.ts";
import {
  appSecretProof,
  dataOf,
  faultIn,
  graphId,
  listAll,
  multipart,
  readTokens,
  reasonFor,
  refusalOf,
  usageOf,
  videoProblem,
} from "../../../src/platforms/shared/meta/index.ts";
import { parseJson } from "../../../src/outbound/json.ts";
import { graphRefusal } from "./page.ts";

const NOW = Date.UTC(2026, 10, 22, 12);
const MINUTE = 60_000;

function reply(status: number, text: string, headers: Record<string, string> = {}): PlatformResponse {
  return { status, headers, text, json: parseJson(text) };
}

const cases: Array<[code: number, subcode: number | undefined, kind: string, minutes: number | null]> = [
  [190, undefined, "signed_out", null],
  [190, 458, "signed_out", null],
  [190, 459, "signed_out", null],
  [190, 460, "signed_out", null],
  [190, 463, "signed_out", null],
  [190, 464, "signed_out", null],
  [190, 467, "signed_out", null],
  [190, 492, "signed_out", null],
  [190, 2069032, "signed_out", null],
  [190, 999, "signed_out", null],
  [102, undefined, "signed_out", null],
  [459, undefined, "signed_out", null],
  [483, undefined, "signed_out", null],
  [283, undefined, "signed_out", null],
  [1, undefined, "transient", null],
  [2, undefined, "transient", null],
  [4, undefined, "rate_limited", 10],
  [17, undefined, "rate_limited", 5],
  [32, undefined, "rate_limited", 10],
  [341, undefined, "rate_limited", 60],
  [613, undefined, "rate_limited", 60],
  [80001, undefined, "rate_limited", 10],
  [80002, undefined, "rate_limited", 10],
  [80014, undefined, "rate_limited", 10],
  [3, undefined, "rejected", null],
  [10, undefined, "rejected", null],
  [200, undefined, "rejected", null],
  [200, 2069030, "rejected", null],
  [230, undefined, "rejected", null],
  [100, undefined, "rejected", null],
  [100, 33, "rejected", null],
  [368, undefined, "rejected", null],
  [506, undefined, "rejected", null],
  [1500, undefined, "rejected", null],
  [100, 1609005, "rejected", null],
  [1, 1366046, "rejected", null],
  [100, 1363037, "transient", null],
  [100, 1363128, "rejected", null],
  [6000, undefined, "rejected", null],
  [6000, 1363045, "transient", null],
  [98765, undefined, "rejected", null],
];

for (const [code, error_subcode, kind, minutes] of cases) {
  test(`${code}${error_subcode ? `/${error_subcode}` : ""}: ${kind}`, () => {
    // Limits come with 400, and refusals even with 200: the status says nothing.
    for (const status of code === 98765 ? [200, 400, 403] : [200, 400, 403, 500]) {
      const error = refusalOf(reply(status, graphRefusal(code, { error_subcode })), NOW);
      assert.deepEqual([error.kind, error.code], [kind, error_subcode ? `${code}/${error_subcode}` : String(code)]);
      assert.equal(error.until, minutes === null ? null : NOW + minutes * MINUTE);
      assert.ok(error.message.length > 10 && error.remedy.endsWith("."));
      assert.doesNotMatch(error.message, /\(#\d+\)/);
    }
  });
}

test("a number nobody knows, from a server that is broken, is no refusal for good", () => {
  for (const status of [500, 502, 503]) {
    assert.equal(refusalOf(reply(status, graphRefusal(98765)), NOW).kind, "transient");
    assert.equal(
      refusalOf(reply(status, '{"error":{"message":"Service temporarily unavailable"}}'), NOW).kind,
      "transient",
    );
    assert.equal(refusalOf(reply(status, "<html><title>Error</title></html>"), NOW).kind, "transient");
  }
});

test("what is odd inside an error does not hide it", () => {
  const odd =
    '{"error":{"message":null,"code":"190","error_subcode":null,"is_transient":"false","error_user_msg":7,"fbtrace_id":null}}';
  assert.deepEqual([faultIn(reply(200, odd))?.code, refusalOf(reply(200, odd), NOW).kind], [190, "signed_out"]);
  const empty = refusalOf(reply(400, '{"error":{}}'), NOW);
  assert.deepEqual([empty.kind, empty.code], ["rejected", "refused"]);
});

test("a limit stays a limit when Meta adds that it will pass", () => {
  for (const code of [4, 17, 32, 341, 613, 80001]) {
    assert.equal(refusalOf(reply(400, graphRefusal(code, { is_transient: true })), NOW).kind, "rate_limited");
  }
});

test("what Meta itself calls passing is tried again", () => {
  assert.equal(refusalOf(reply(400, graphRefusal(98765, { is_transient: true })), NOW).kind, "transient");
});

test("a platform's own rows come before the shared ones", () => {
  const row = { kind: "unknown_outcome", message: "Perhaps.", remedy: "Wait." } as const;
  const of = (code: number, error_subcode?: number) =>
    refusalOf(reply(400, graphRefusal(code, { error_subcode })), NOW, { "4/2207051": row, "9004": row }).kind;
  const kinds = [of(4, 2207051), of(4), of(9004, 2207052), of(190)];
  assert.deepEqual(kinds, ["unknown_outcome", "rate_limited", "unknown_outcome", "signed_out"]);
});

test("Meta's words for people are quoted where ours cannot be exact", () => {
  const more = { error_user_title: "Bad link", error_user_msg: "It leads nowhere." };
  assert.match(refusalOf(reply(400, graphRefusal(100, more)), NOW).message, /Bad link: It leads nowhere\./);
});

test("sign-in hosts and the upload host have shapes of their own", () => {
  const oauth = reply(
    400,
    '{"error_type":"OAuthException","code":400,"error_message":"Matching code was not found or was already used"}',
  );
  assert.equal(faultIn(oauth)?.shape, "oauth");
  assert.deepEqual([refusalOf(oauth, NOW).kind, refusalOf(oauth, NOW).remedy], ["rejected", "Connect again."]);
  const inner = JSON.stringify({ success: false, error: { message: "unauthorized user request" } });
  const upload = (more: object) =>
    reply(400, JSON.stringify({ debug_info: { type: "ProcessingFailedError", message: inner, ...more } }));
  assert.equal(faultIn(upload({ retriable: false }))?.shape, "rupload");
  assert.match(refusalOf(upload({ retriable: false }), NOW).message, /unauthorized user request/);
  assert.equal(refusalOf(upload({ retriable: false }), NOW).kind, "rejected");
  assert.equal(refusalOf(upload({ retriable: true }), NOW).kind, "transient");
  assert.equal(faultIn(reply(200, '{"id":"1"}')), null);
  assert.equal(faultIn(reply(200, "<html>")), null);
});

test("further facts come as an object or as text", () => {
  for (const error_data of [{ start_offset: "5" }, '{"start_offset":"5"}']) {
    const error = refusalOf(reply(400, graphRefusal(100, { error_subcode: 1363037, error_data })), NOW);
    assert.equal(dataOf(error)["start_offset"], "5");
  }
});

test("replies that are no envelope are judged by their status", () => {
  const of = (status: number, headers = {}) => refusalOf(reply(status, "<html>Error</html>", headers), NOW);
  assert.deepEqual(
    [500, 502, 503, 404, 403, 200].map((status) => of(status).kind),
    Array(6).fill("transient"),
  );
  assert.deepEqual([of(429).kind, of(429).until], ["rate_limited", NOW + MINUTE]);
  assert.equal(of(429, { "retry-after": "7" }).until, NOW + 7000);
});

test("usage headers: the fullest meter and the longest block count", () => {
  const business = JSON.stringify({
    "27": [
      { type: "pages", call_count: 100, total_time: 2, total_cputime: 3, estimated_time_to_regain_access: 19 },
      { type: "instagram", call_count: 5, total_time: 2, total_cputime: 3, estimated_time_to_regain_access: 0 },
    ],
  });
  assert.deepEqual(usageOf({ "x-business-use-case-usage": business, "x-app-usage": '{"call_count":28}' }), {
    percent: 100,
    regainMs: 19 * MINUTE,
  });
  assert.deepEqual(usageOf({ "x-app-usage": '{"call_count":28,"total_time":81,"total_cputime":25}' }).percent, 81);
  assert.deepEqual(usageOf({}), { percent: 0, regainMs: 0 });
  assert.deepEqual(usageOf({ "x-app-usage": "nonsense" }), { percent: 0, regainMs: 0 });
  const limited = refusalOf(reply(400, graphRefusal(80001), { "x-business-use-case-usage": business }), NOW);
  assert.equal(limited.until, NOW + 19 * MINUTE);
});

test("ids keep every digit, whether they came as text or as a number", () => {
  const read = (text: string) => graphId.parse((parseJson(text) as { id: unknown }).id);
  assert.equal(read('{"id":12345678901234567890}'), "12345678901234567890");
  assert.equal(read('{"id":"98765432109876543"}'), "98765432109876543");
  assert.equal(read('{"id":42}'), "42");
});

test("the proof is HMAC-SHA256 of the token that is sent", () => {
  assert.equal(appSecretProof("EAA", "secret"), createHmac("sha256", "secret").update("EAA").digest("hex"));
});

test("a multipart body is exactly as long as it says, and opens its file only when it is read", async () => {
  let opened = 0;
  const open = () => ((opened += 1), Readable.from([Buffer.from("bytes "), Buffer.from("of it")]));
  const form = { published: "false", alt_text_custom: "Grüße\nan alle" };
  const made = multipart(form, { name: "source", fileName: "photo.jpeg", mime: "image/jpeg", bytes: 11, open });
  assert.equal(opened, 0);
  const body = await buffer(made.body);
  assert.equal(body.length, made.length);
  const parsed = await new Response(body, { headers: { "content-type": made.contentType } }).formData();
  assert.equal(parsed.get("alt_text_custom"), "Grüße\r\nan alle".replace("\r", ""));
  assert.equal(await (parsed.get("source") as File).text(), "bytes of it");
  const unread = multipart({}, { name: "source", fileName: "x", mime: "image/jpeg", bytes: 11, open });
  unread.body.destroy();
  assert.equal(opened, 1);
});

test("a row of the table never promises what its kind does not keep", () => {
  const kinds = new Set<string>();
  for (let code = -1; code < 7000; code += 1) {
    const fault = {
      shape: "graph",
      code,
      subcode: null,
      message: "",
      forPeople: "",
      transient: false,
      data: {},
      trace: "",
    };
    const { kind, message, remedy } = reasonFor({ ...fault, shape: "graph" });
    kinds.add(kind);
    assert.ok(/[.]$/.test(message) && /[.]$/.test(remedy), String(code));
  }
  assert.deepEqual([...kinds].sort(), ["rate_limited", "rejected", "signed_out", "transient"]);
});

test("a video's own failure has words even when its code is new", () => {
  assert.match(videoProblem("1363127", "").message, /too few pixels/);
  assert.match(videoProblem("42", "Resolution too low").message, /Resolution too low/);
  assert.match(videoProblem("1363019", "").message, /could not process/);
});

test("token replies are judged by what they say, not by their status", () => {
  const read = readTokens;
  const said = (status: number, json: unknown) => reply(status, JSON.stringify(json) ?? "");
  const good = read(said(200, { access_token: "EAA", token_type: "bearer", expires_in: 5183 }), 1000);
  assert.deepEqual([good.accessToken, good.accessExpiresAt, good.scopes], ["EAA", 5_184_000, null]);
  assert.equal(read(said(200, { access_token: "EAA" }), 0).accessExpiresAt, 60 * 86_400_000);
  const kind = (status: number, json: unknown) => {
    try {
      read(said(status, json), 0);
    } catch (error) {
      return (error as { kind: string }).kind;
    }
    return "read";
  };
  const error = (code: number, error_subcode?: number, message = "x") => ({ error: { code, error_subcode, message } });
  assert.equal(kind(200, error(100, 36009)), "rejected");
  assert.equal(kind(400, error(100, 36008)), "rejected");
  assert.equal(kind(400, error(1, undefined, "Error validating client secret.")), "rejected");
  assert.equal(kind(400, error(101, undefined, "Error validating application. Cannot get it.")), "rejected");
  assert.equal(kind(400, error(190)), "signed_out");
  assert.equal(kind(500, undefined), "transient");
  assert.equal(kind(200, { token: "?" }), "transient");
});

test("lists are read on by whatever the next address names, without its token, until none is named", async () => {
  const asked: Array<Record<string, unknown>> = [];
  const pages = [
    {
      data: [{ id: 1 }],
      paging: { next: "https://graph.facebook.com/x?access_token=EAAsecret&limit=1&until=170&__paging_token=t" },
    },
    { data: [], paging: { cursors: { before: "a", after: "B2" }, next: "not an address" } },
    { data: [{ id: "2" }], paging: null },
  ];
  const session = {
    app: { clientId: "id", clientSecret: "secret" },
    now: () => NOW,
    accessToken: async () => "EAAown",
    request: async ({ query }: { query?: Record<string, unknown> }) => {
      asked.push(query ?? {});
      return reply(200, JSON.stringify(pages[asked.length - 1]));
    },
  } as unknown as Session;
  const found = await listAll(session, { path: "/x", query: { fields: "id", limit: 1 } }, z.object({ id: graphId }));
  assert.deepEqual(found, [{ id: "1" }, { id: "2" }]);
  assert.equal(asked.length, 3);
  assert.deepEqual([asked[1]?.["until"], asked[1]?.["__paging_token"], asked[1]?.["fields"]], ["170", "t", "id"]);
  assert.equal(asked[2]?.["after"], "B2");
  assert.doesNotMatch(JSON.stringify(asked), /EAAsecret/);
  assert.ok(asked.every((query) => query["appsecret_proof"] === appSecretProof("EAAown", "secret")));
});

test("a list that does not end is never taken for a whole one, unless what was looked for is found first", async () => {
  let asked = 0;
  const session = {
    app: { clientId: "id", clientSecret: "secret" },
    now: () => NOW,
    accessToken: async () => "EAAown",
    request: async () => {
      asked += 1;
      const paging = { cursors: { after: `c${asked}` }, next: "https://graph.facebook.com/x" };
      return reply(200, JSON.stringify({ data: [{ id: String(asked) }], paging }));
    },
  } as unknown as Session;
  const entry = z.object({ id: graphId });
  await assert.rejects(listAll(session, { path: "/x" }, entry), { name: "PlatformError", code: "list_too_long" });
  assert.equal(asked, 50);
  asked = 0;
  const found = await listAll(session, { path: "/x" }, entry, (entries) => entries.some(({ id }) => id === "3"));
  assert.deepEqual([found.length, asked], [3, 3]);
});
