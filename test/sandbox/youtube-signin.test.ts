/** The sandbox's Google sign-in: consent, codes, scopes and tokens as strict as the real one. */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { youtube } from "../../src/platforms/youtube/index.ts";
import { channels } from "../../src/sandbox/youtube/seeds.ts";
import { consent, openSandbox, redirectUri, signIn, type TestSandbox } from "../support/sandbox.ts";

const PREFIX = "https://www.googleapis.com/auth/";

async function open(t: TestContext): Promise<TestSandbox> {
  const sandbox = await openSandbox();
  t.after(() => sandbox.close());
  return sandbox;
}

test("consent refuses what Google refuses, on a page of its own", async (t) => {
  const sandbox = await open(t);
  const address = (change: Record<string, string>) => {
    const query = {
      client_id: "sandbox",
      redirect_uri: redirectUri,
      response_type: "code",
      scope: `${PREFIX}youtube.upload`,
      ...change,
    };
    return `${sandbox.url}/accounts.google.com/o/oauth2/v2/auth?${new URLSearchParams(query).toString()}`;
  };
  assert.equal((await fetch(address({}))).status, 200);
  const mistakes: Array<Record<string, string>> = [
    { client_id: "" },
    { redirect_uri: "http://panel.example/" },
    { redirect_uri: "javascript:alert(1)" },
    { response_type: "token" },
    { scope: "everything" },
    { code_challenge: "short", code_challenge_method: "S256" },
    { code_challenge: "x".repeat(43), code_challenge_method: "plain" },
  ];
  for (const change of mistakes) {
    assert.equal((await fetch(address(change))).status, 400, JSON.stringify(change));
  }
});

test("a code works once, for its own redirect address and verifier", async (t) => {
  const sandbox = await open(t);
  const trade = async (change: Record<string, string>, given?: Awaited<ReturnType<typeof consent>>) => {
    const flow = given ?? (await consent(sandbox, youtube));
    const form = {
      client_id: "sandbox",
      client_secret: "sandbox",
      code: flow.query["code"] ?? "",
      redirect_uri: redirectUri,
      grant_type: "authorization_code",
      code_verifier: flow.verifier,
      ...change,
    };
    const reply = await fetch(`${sandbox.url}/oauth2.googleapis.com/token`, {
      method: "POST",
      body: new URLSearchParams(form),
    });
    return { status: reply.status, json: (await reply.json()) as Record<string, string> };
  };
  const flow = await consent(sandbox, youtube);
  assert.ok((await trade({}, flow)).json["refresh_token"]);
  assert.deepEqual([(await trade({}, flow)).status, (await trade({}, flow)).json["error"]], [400, "invalid_grant"]);
  assert.equal((await trade({ code_verifier: "x".repeat(43) })).json["error"], "invalid_grant");
  assert.equal((await trade({ redirect_uri: "https://elsewhere.example/" })).json["error"], "redirect_uri_mismatch");
  assert.equal((await trade({ client_secret: "" })).status, 401);
  assert.equal((await trade({ grant_type: "password" })).json["error"], "unsupported_grant_type");
  assert.equal(
    (await trade({ grant_type: "refresh_token", refresh_token: "1//unknown" })).json["error"],
    "invalid_grant",
  );
});

test("scopes that were unticked do not open their calls", async (t) => {
  const sandbox = await open(t);
  const all = [`${PREFIX}youtube.readonly`, `${PREFIX}youtube.force-ssl`];
  const { tokens } = await signIn(sandbox, youtube);
  assert.equal(tokens.scopes?.length, 3);
  const flow = await consent(sandbox, youtube, { account: channels[2]?.id, without: all });
  assert.equal(flow.query["scope"], `${PREFIX}youtube.upload`);
  const form = {
    client_id: "sandbox",
    client_secret: "sandbox",
    code: flow.query["code"] ?? "",
    redirect_uri: redirectUri,
    grant_type: "authorization_code",
    code_verifier: flow.verifier,
  };
  const traded = await fetch(`${sandbox.url}/oauth2.googleapis.com/token`, {
    method: "POST",
    body: new URLSearchParams(form),
  });
  const { access_token } = (await traded.json()) as { access_token: string };
  const address = `${sandbox.url}/youtube.googleapis.com/youtube/v3/videos?part=status&id=x`;
  const reply = await fetch(address, { headers: { authorization: `Bearer ${access_token}` } });
  assert.equal(reply.status, 403);
  const { error } = (await reply.json()) as { error: { status: string; details: Array<{ reason: string }> } };
  assert.deepEqual([error.status, error.details[0]?.reason], ["PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"]);
});
