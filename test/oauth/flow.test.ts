/** The steps of the authorization-code flow, as requests. */
import assert from "node:assert/strict";
import test from "node:test";
import {
  authorizeAddress,
  newState,
  newVerifier,
  renewTokens,
  tradeCode,
  type OAuthClient,
} from "../../src/oauth/index.ts";
import type { OAuthProfile, PlatformResponse, Session, TokenSet } from "../../src/platforms/contract.ts";

const tokens: TokenSet = {
  accessToken: "a",
  accessExpiresAt: 1,
  refreshToken: null,
  refreshExpiresAt: null,
  scopes: null,
};

const profile: OAuthProfile = {
  authorizeUrl: "https://vendor.example/authorize?fixed=1",
  tokenUrl: "https://vendor.example/token",
  clientIdParam: "client_key",
  scopes: [
    { id: "read it", words: "read", required: true },
    { id: "write", words: "write", required: false },
  ],
  scopeSeparator: ",",
  pkce: "S256",
  authorizeParams: { prompt: "consent" },
  readTokens: (reply, now) => ({ ...tokens, accessToken: reply.text, accessExpiresAt: now }),
};

function client() {
  const sent: Array<{ url: string; form: Record<string, string> }> = [];
  const asked: Array<{ url: string; query: Record<string, string> }> = [];
  const own: OAuthClient = {
    clientId: "id",
    clientSecret: "secret",
    redirectUri: "https://panel.example/channels/callback/x",
    now: () => 7,
    async post(url, form) {
      sent.push({ url, form });
      return { status: 200, headers: {}, text: "fresh", json: undefined } satisfies PlatformResponse;
    },
    async get(url, query) {
      asked.push({ url, query });
      return { status: 200, headers: {}, text: "fetched", json: undefined } satisfies PlatformResponse;
    },
  };
  return { own, sent, asked };
}

test("the consent address", () => {
  // RFC 7636, appendix B.
  const flow = { state: "s&s", verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" };
  const url = new URL(authorizeAddress(profile, client().own, flow));
  assert.deepEqual(Object.fromEntries(url.searchParams), {
    fixed: "1",
    client_key: "id",
    scope: "read it,write",
    response_type: "code",
    redirect_uri: "https://panel.example/channels/callback/x",
    state: "s&s",
    prompt: "consent",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
  });
  const plain = new URL(authorizeAddress({ ...profile, pkce: "none" }, client().own, flow));
  assert.equal(plain.searchParams.has("code_challenge"), false);
});

test("PKCE in hex, and only for a redirect address on this machine", async () => {
  const flow = { state: "s", verifier: "a".repeat(43) };
  const hex = { ...profile, pkce: "hex on loopback" } as const;
  for (const [redirectUri, challenge] of [
    ["http://127.0.0.1:3000/back", "66d34fba71f8f450f7e45598853e53bfc23bbd129027cbb131a2f4ffd7878cd0"],
    ["http://localhost:3000/back", "66d34fba71f8f450f7e45598853e53bfc23bbd129027cbb131a2f4ffd7878cd0"],
    ["https://panel.example/back", null],
  ] as const) {
    const { own, sent } = client();
    const url = new URL(authorizeAddress(hex, { ...own, redirectUri }, flow));
    assert.equal(url.searchParams.get("code_challenge"), challenge);
    await tradeCode(hex, { ...own, redirectUri }, { code: "c", verifier: flow.verifier });
    assert.equal(sent[0]?.form["code_verifier"], challenge === null ? undefined : flow.verifier);
  }
});

test("state and verifier are long, and never the same twice", () => {
  const made = new Set([newState(), newState(), newVerifier(), newVerifier()]);
  assert.equal(made.size, 4);
  for (const one of made) assert.match(one, /^[\w-]{43}$/);
});

test("the code is traded with the same redirect address, the verifier only where it was used", async () => {
  const { own, sent } = client();
  const flow = { code: "c!*", verifier: "v" };
  assert.deepEqual(await tradeCode(profile, own, flow), { ...tokens, accessToken: "fresh", accessExpiresAt: 7 });
  await tradeCode({ ...profile, pkce: "none" }, own, flow);
  const form = {
    client_key: "id",
    client_secret: "secret",
    code: "c!*",
    grant_type: "authorization_code",
    redirect_uri: own.redirectUri,
  };
  assert.deepEqual(sent, [
    { url: profile.tokenUrl, form: { ...form, code_verifier: "v" } },
    { url: profile.tokenUrl, form },
  ]);
});

test("renewing: by refresh token, or the vendor's own way", async () => {
  const { own, sent } = client();
  const held = { accessToken: "old", refreshToken: "r" };
  await renewTokens(profile, own, held, {} as Session);
  assert.deepEqual(sent[0]!.form, {
    client_key: "id",
    client_secret: "secret",
    grant_type: "refresh_token",
    refresh_token: "r",
  });
  const renewed = await renewTokens(
    { ...profile, renew: async (given) => ({ ...tokens, accessToken: `${given.accessToken}+` }) },
    own,
    held,
    {} as Session,
  );
  assert.equal(renewed.accessToken, "old+");
  assert.equal(sent.length, 1);
});

test("a code is traded by GET where the vendor documents that", async () => {
  const { own, sent, asked } = client();
  const { accessToken } = await tradeCode({ ...profile, tokenMethod: "GET", pkce: "none" }, own, {
    code: "c",
    verifier: "v",
  });
  assert.equal(accessToken, "fetched");
  assert.equal(sent.length, 0);
  assert.equal(asked[0]?.url, profile.tokenUrl);
  assert.equal(asked[0]?.query["code"], "c");
  assert.equal(asked[0]?.query["code_verifier"], undefined);
});

test("a configuration at the vendor takes the place of the scopes, where the vendor has such a thing", () => {
  const flow = { state: "s", verifier: "v" };
  const client7 = { ...client().own, configuration: "77" };
  const configured = { ...profile, configured: (configuration: string) => ({ config_id: configuration }) };
  const url = new URL(authorizeAddress(configured, client7, flow));
  assert.deepEqual([url.searchParams.get("config_id"), url.searchParams.get("scope")], ["77", null]);
  const plain = new URL(authorizeAddress(profile, client7, flow));
  assert.deepEqual([plain.searchParams.get("config_id"), plain.searchParams.get("scope")], [null, "read it,write"]);
});
