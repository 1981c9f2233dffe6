/** The upload host: takes a video at an address that Meta handed out, and nothing else gets the token. */
import type { Readable } from "node:stream";
import { PlatformError, type PlatformRequest, type Session } from "../../contract.ts";
import { faultIn } from "./envelope.ts";
import type { Reasons } from "./reasons.ts";
import { refusalOf, unreadable } from "./refusal.ts";
import { RUPLOAD_HOST } from "./version.ts";

export interface Upload {
  /** The address as Meta gave it. */
  address: string;
  /** The whole file: bytes that are sent, or an address from which Meta fetches them. */
  file: { open(from: number): Readable; bytes: number; onSent?: (bytes: number) => void } | { url: string };
  /** How many bytes Meta has of an earlier try; the file is opened and sent from there. */
  from?: number;
  /** Rows of the caller's own, looked up before the shared table. */
  reasons?: Reasons;
  signal?: AbortSignal;
}

/**
 * Sends a whole file. Nothing is public by it, so it may be repeated.
 * Throws PlatformError: rejected when the address is not Meta's upload host, else as the table of reasons says.
 */
export async function upload(session: Session, { address, file, from = 0, reasons, signal }: Upload): Promise<void> {
  mustBeMetas(address);
  // 2026-11: this host wants the scheme OAuth. https://developers.facebook.com/docs/graph-api/guides/upload
  const authorization = `OAuth ${await session.accessToken()}`;
  const plain: PlatformRequest = { method: "POST", url: address, auth: "none", signal };
  if ("url" in file) return judge(session, { ...plain, headers: { authorization, file_url: file.url } }, reasons);
  const body = file.open(from);
  const headers = {
    authorization,
    offset: String(from),
    file_size: String(file.bytes),
    "content-type": "application/octet-stream",
  };
  try {
    const onSent = (bytes: number) => file.onSent?.(from + bytes);
    const stream = { body, length: file.bytes - from, onSent };
    await judge(session, { ...plain, headers, stream }, reasons);
  } finally {
    body.destroy();
  }
}

async function judge(session: Session, request: PlatformRequest, reasons?: Reasons): Promise<void> {
  const reply = await session.request(request);
  if (faultIn(reply) || reply.status >= 400) throw refusalOf(reply, session.now(), reasons);
  const { success } = (reply.json ?? {}) as { success?: unknown };
  if (success !== true && success !== "true") throw unreadable(reply.status);
}

/** Plain http passes here because outbound refuses it everywhere but in the sandbox, and there sends it nowhere else. */
function mustBeMetas(address: string): void {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url?.protocol === "http:") return;
  if (url?.protocol === "https:" && url.host === RUPLOAD_HOST && url.username === "") return;
  throw new PlatformError("rejected", {
    code: "foreign_upload_address",
    message: "Meta named an upload address that is not Meta's. Nothing was sent there.",
    remedy: "Send the post again; if it happens again, an administrator checks this machine's DNS and proxy.",
    sent: false,
  });
}
