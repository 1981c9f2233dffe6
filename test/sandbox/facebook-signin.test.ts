/** The sandbox's Facebook sign-in: dialog, codes, tokens, proofs and permissions as strict as the real ones. */
import assert from "node:assert/strict";
import test from "node:test";
import { facebook } from "../../src/platforms/facebook/index.ts";
import { people } from "../../src/sandbox/meta/seeds.ts";
import { consent, redirectUri } from "../support/sandbox.ts";
import { caller, codes, open, OTHER, PAGE, type Answer } from "./facebook-caller.ts";

test("the dialog refuses what Facebook refuses, on a page of its own", async (t) => {
  const sandbox = await open(t);
  const look = async (change: Record<string, string>, version = "v26.0") => {
    const query = new URLSearchParams({
      client_id: "sandbox",
      redirect_uri: redirectUri,
      scope: "pages_show_list",
      response_type: "code",
      ...change,
    });
    return (await fetch(`${sandbox.url}/www.facebook.com/${version}/dialog/oauth?${query.toString()}`)).status;
  };
  assert.equal(await look({}), 200);
  const mistakes: Array<Record<string, string>> = [
    { client_id: "" },
    { redirect_uri: "http://panel.example/" },
    { scope: "everything" },
  ];
  for (const change of mistakes) {
    assert.equal(await look(change), 400, JSON.stringify(change));
  }
});

test("a code works once, for its own redirect address and app", async (t) => {
  const sandbox = await open(t);
  const trade = async (change: Record<string, string>, code?: string) => {
    const form = {
      client_id: "sandbox",
      client_secret: "sandbox",
      redirect_uri: redirectUri,
      code: code ?? (await consent(sandbox, facebook)).query["code"] ?? "",
      ...change,
    };
    const url = `${sandbox.url}/graph.facebook.com/v26.0/oauth/access_token`;
    const reply = await fetch(url, { method: "POST", body: new URLSearchParams(form) });
    return (await reply.json()) as Answer["json"] & { access_token?: string };
  };
  const { query } = await consent(sandbox, facebook);
  assert.ok((await trade({}, query["code"])).access_token);
  assert.equal((await trade({}, query["code"])).error?.error_subcode, 36009);
  assert.equal((await trade({ redirect_uri: `${redirectUri}/` })).error?.error_subcode, 36008);
  assert.equal((await trade({ client_secret: "wrong" })).error?.message, "Error validating client secret.");
  const late = (await consent(sandbox, facebook)).query["code"];
  sandbox.clock.push(11 * 60_000);
  assert.equal((await trade({}, late)).error?.error_subcode, 36007);
});

test("every call needs a living token of the right kind, and the app's proof for that very token", async (t) => {
  const sandbox = await open(t);
  const { call, post, user } = await caller(sandbox);
  assert.deepEqual(codes(await call("GET", "me/permissions", undefined, { token: "EAAnonsense" })), [190, undefined]);
  assert.match(
    (await call("GET", PAGE, undefined, { proof: "00" })).json.error?.message ?? "",
    /Invalid appsecret_proof/,
  );
  assert.match(
    (await call("GET", PAGE, undefined, { proof: "" })).json.error?.message ?? "",
    /require an appsecret_proof/,
  );
  assert.deepEqual(codes(await call("GET", "me/accounts")), [100, undefined], "a Page has no Pages");
  assert.deepEqual(codes(await post("feed", { message: "x" }, { token: user })), [190, 2069032]);
  assert.deepEqual(codes(await call("POST", `${OTHER}/feed`, { message: "x" })), [200, undefined]);
  assert.deepEqual(codes(await call("GET", `graph.facebook.com/v20.0/${PAGE}`)), [2500, undefined], "a dead version");
  assert.deepEqual(codes(await call("GET", "123")), [100, 33]);
  assert.deepEqual(codes(await call("GET", `${PAGE}?fields=nonsense`)), [100, undefined]);
  sandbox.clock.push(61 * 86_400_000);
  assert.deepEqual(codes(await call("GET", "me/accounts", undefined, { token: user })), [190, 463]);
  assert.equal((await call("GET", PAGE)).status, 200, "a Page's token goes on");
});

test("permissions that were unticked do not open their calls, and are listed as declined", async (t) => {
  const sandbox = await open(t);
  const { call, user } = await caller(sandbox, { without: ["read_insights", "business_management"] });
  const { json } = await call("GET", "me/permissions", undefined, { token: user });
  const declined = json.data.filter((one) => one["status"] === "declined").map((one) => one["permission"]);
  assert.deepEqual(declined, ["business_management", "read_insights"]);
  assert.deepEqual(codes(await call("GET", "me/businesses", undefined, { token: user })), [200, undefined]);
});

test("debug_token wants the app's own token and tells what a grant covers", async (t) => {
  const sandbox = await open(t);
  const { call, page, user } = await caller(sandbox, { account: people[1]?.id });
  assert.deepEqual(codes(await call("GET", `debug_token?input_token=${page}`, undefined, { token: user })), [
    100,
    undefined,
  ]);
  const inspect = (token: string) =>
    call("GET", `debug_token?input_token=${token}`, undefined, { token: "sandbox|sandbox" });
  const facts = (await inspect(page)).json.data as unknown as Record<string, unknown>;
  assert.deepEqual([facts["type"], facts["expires_at"], facts["profile_id"]], ["PAGE", 0, OTHER]);
  const granular = facts["granular_scopes"] as Array<{ scope: string; target_ids?: string[] }>;
  assert.equal(granular.find((one) => one.scope === "pages_manage_posts")?.target_ids?.length, 4);
  assert.equal(((await inspect("nonsense")).json.data as unknown as { is_valid: boolean }).is_valid, false);
});

test("a Page's token may not withdraw permissions; the app's may, and all of the person's tokens die", async (t) => {
  const sandbox = await open(t);
  const { call, post } = await caller(sandbox);
  const target = `${people[0]?.id}/permissions`;
  assert.deepEqual(codes(await call("DELETE", target)), [200, undefined]);
  assert.equal((await call("DELETE", target, undefined, { token: "sandbox|sandbox" })).text, '{"success":true}');
  assert.deepEqual(codes(await post("feed", { message: "x" })), [190, 458]);
});
