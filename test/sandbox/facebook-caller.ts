/** Calls to the sandbox's Meta with a signed-in Page, for the tests beside this file. */
import { createHmac } from "node:crypto";
import type { TestContext } from "node:test";
import { facebook } from "../../src/platforms/facebook/index.ts";
import { openSandbox, signIn, type TestSandbox } from "../support/sandbox.ts";

export const PAGE = "270000000000011";
export const OTHER = "270000000000021";

export async function open(t: TestContext): Promise<TestSandbox> {
  const sandbox = await openSandbox();
  t.after(() => sandbox.close());
  return sandbox;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  json: {
    id: string;
    post_id: string;
    video_id: string;
    upload_url: string;
    upload_session_id: string;
    start_offset: string;
    data: Array<Record<string, string>>;
    paging?: { next?: string; cursors: { after: string } };
    status: { video_status: string; uploading_phase: { status: string } };
    error?: { code: number; error_subcode?: number; message: string; error_data?: string };
  };
}

const proofOf = (token: string) => createHmac("sha256", "sandbox").update(token).digest("hex");

/** Calls with a token: "page" (default), "user", or any other. */
export async function caller(sandbox: TestSandbox, choice: { account?: string; without?: string[] } = {}) {
  const { tokens } = await signIn(sandbox, facebook, choice);
  const all = sandbox.world.collection<{ kind: string; token: string }>("meta.tokens").all();
  const user = all.findLast((one) => one.kind === "user")?.token ?? "";
  const page = tokens.accessToken;
  async function call(
    method: string,
    target: string,
    body?: Record<string, string> | FormData,
    facts: { token?: string; proof?: string; headers?: Record<string, string>; raw?: Uint8Array<ArrayBuffer> } = {},
  ): Promise<Answer> {
    const token = facts.token ?? page;
    const host = /^[a-z-]+\.facebook\.com/.test(target) ? "" : "graph.facebook.com/v26.0/";
    const url = new URL(target.startsWith("http") ? target : `${sandbox.url}/${host}${target}`);
    url.searchParams.set("appsecret_proof", facts.proof ?? proofOf(token));
    const form = body === undefined || body instanceof FormData ? body : new URLSearchParams(body);
    const headers = { authorization: `Bearer ${token}`, ...facts.headers };
    const reply = await fetch(url, { method, headers, body: facts.raw ?? form, redirect: "manual" });
    const text = await reply.text();
    return { status: reply.status, headers: reply.headers, text, json: JSON.parse(text) as Answer["json"] };
  }
  const post = (edge: string, body: Record<string, string> | FormData, facts = {}) =>
    call("POST", `${PAGE}/${edge}`, body, facts);
  return { call, post, page, user };
}

export const codes = ({ json }: Answer) => [json.error?.code, json.error?.error_subcode];
export const jpeg = (bytes: number) => {
  const file = new Uint8Array(bytes);
  file.set([0xff, 0xd8, 0xff, 0xe0]);
  return file;
};

export function photoForm(
  file: Uint8Array<ArrayBuffer>,
  more: Record<string, string> = { published: "false" },
): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(more)) form.append(name, value);
  form.append("source", new Blob([file], { type: "image/jpeg" }), "photo.jpg");
  return form;
}

/** A video as the library measured it. */
export const clip = {
  id: "clip",
  kind: "video" as const,
  name: "clip.mp4",
  mime: "video/mp4",
  bytes: 5000,
  width: 1080,
  height: 1920,
  durationMs: 20_000,
  videoCodec: null,
  audioCodec: null,
  frameRate: null,
  rotation: 0,
  altText: "",
};
