/** Calls to the Graph: every one proves the app's secret, is judged by its body, and comes back in the shape asked for. */
import type { z } from "zod";
import { PlatformError, type PlatformRequest, type PlatformResponse, type Session } from "../../contract.ts";
import { faultIn } from "./envelope.ts";
import { multipart, type FilePart } from "./multipart.ts";
import { appSecretProof } from "./proof.ts";
import type { Reasons } from "./reasons.ts";
import { refusalOf, unreadable } from "./refusal.ts";
import { usageOf, type Usage } from "./usage.ts";
import { GRAPH } from "./version.ts";

export interface GraphCall {
  method: "GET" | "POST" | "DELETE";
  /** Below the version: "/me/accounts", "/<page>/feed". */
  path: string;
  /** Default graph.facebook.com with its version; Instagram and videos have hosts of their own. */
  base?: string;
  query?: Record<string, string | number | undefined>;
  form?: Record<string, string>;
  /** Sends `form` and this file as one multipart body. */
  file?: FilePart & { onSent?: (bytes: number) => void };
  /** Another token than the session's: the app's own. */
  token?: string;
  /** False where the token stands in `query`, as Meta documents it for the few calls about tokens. */
  header?: boolean;
  /** False where Meta knows no appsecret_proof. */
  proof?: boolean;
  /** Rows of the caller's own, looked up before the shared table. */
  reasons?: Reasons;
  signal?: AbortSignal;
}

export interface GraphReply<T> {
  data: T;
  usage: Usage;
}

/**
 * One call whose reply must have `shape`. A "no" in the body counts whatever the status.
 * Throws PlatformError: as the table of reasons says for a refusal, transient with code "unreadable" for a reply that is
 * neither a refusal nor of that shape, transient with code "network" when no whole reply came.
 */
export async function call<T>(session: Session, request: GraphCall, shape: z.ZodType<T>): Promise<GraphReply<T>> {
  const reply = await send(session, request);
  const fault = faultIn(reply);
  if (fault || reply.status >= 400) throw refusalOf(reply, session.now(), request.reasons);
  const parsed = shape.safeParse(reply.json);
  if (!parsed.success) throw unreadable(reply.status);
  return { data: parsed.data, usage: usageOf(reply.headers) };
}

/** As `call`, for the one request that makes something public: without a clear answer the outcome is unknown. */
export async function decide<T>(session: Session, request: GraphCall, shape: z.ZodType<T>): Promise<T> {
  try {
    return (await call(session, request, shape)).data;
  } catch (error) {
    if (!(error instanceof PlatformError) || error.kind !== "transient" || !error.sent) throw error;
    // 2026-11: "code 2, HTTP 500" has made seven live copies of one post elsewhere.
    // https://github.com/arsduo/koala/issues/699
    throw new PlatformError("unknown_outcome", {
      code: error.code,
      message: "The deciding request was sent, but no clear answer came back.",
      remedy: "Nothing to do: Meta is asked what became of it.",
      cause: error,
    });
  }
}

async function send(session: Session, request: GraphCall): Promise<PlatformResponse> {
  const token = request.token ?? (await session.accessToken());
  const proof = request.proof === false ? undefined : appSecretProof(token, session.app.clientSecret);
  const plain: PlatformRequest = {
    method: request.method,
    url: `${request.base ?? GRAPH}${request.path}`,
    query: { ...request.query, appsecret_proof: proof },
    signal: request.signal,
    // A header and no parameter: addresses end up in logs.
    ...(request.token ? { auth: "none", headers: headerFor(request) } : {}),
  };
  if (!request.file) return session.request(request.form ? { ...plain, form: request.form } : plain);
  const { contentType, body, length } = multipart(request.form ?? {}, request.file);
  try {
    const stream = { body, length, onSent: request.file.onSent };
    return await session.request({ ...plain, headers: { ...plain.headers, "content-type": contentType }, stream });
  } finally {
    body.destroy();
  }
}

function headerFor({ token, header }: GraphCall): Record<string, string> {
  return header === false ? {} : { authorization: `Bearer ${token}` };
}

/** The app's own token, for the few calls about tokens and permissions. */
export function appToken(session: Session): string {
  return `${session.app.clientId}|${session.app.clientSecret}`;
}
