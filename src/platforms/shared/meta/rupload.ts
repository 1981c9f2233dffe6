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
  file: { open(): Readable; bytes: number; onSent?: (bytes: number) => void } | { url: string };
  /** Rows of the caller's own, looked up before the shared table. */
  reasons?: Reasons;
  signal?: AbortSignal;
}

/**
 * Sends a whole file. Nothing is public by it, so it may be repeated.
 * Throws PlatformError: rejected when the address is not Meta's upload host, else as the table of reasons says.
 */
export async function upload(session: Session, { address, file, reasons, signal }: Upload): Promise<void> {
  mustBeMetas(address);
  // 2026-11: this host wants the scheme OAuth. https://developers.facebook.com/docs/graph-api/guides/upload
  const authorization = `OAuth ${await session.accessToken()}`;
  const plain: PlatformRequest = { method: "POST", url: address, auth: "none", signal };
  if ("url" in file) return judge(session, { ...plain, headers: { authorization, file_url: file.url } }, reasons);
  const body = file.open();
  const headers = {
    authorization,
    offset: "0",
    file_size: String(file.bytes),
    "content-type": "application/octet-stream",
  };
  try {
    const stream = { body, length: file.bytes, onSent: file.onSent };
    await judge(session, { ...plain, headers, stream }, reasons);
  } finally {
    body.destroy();
  }
}

async function judge(session: Session, request: PlatformRequest, reasons?: Reasons): Promise<void> {
  const reply = await session.request(request);
  if (faultIn(reply) || reply.status >= 400) throw refusalOf(reply, session.now(), reasons);
  if ((reply.json as { success?: unknown } | undefined)?.success !== true) throw unreadable(reply.status);
}

function mustBeMetas(address: string): void {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url?.protocol === "https:" && url.host === RUPLOAD_HOST && url.username === "") return;
  throw new PlatformError("rejected", {
    code: "foreign_upload_address",
    message: "Meta named an upload address that is not Meta's. Nothing was sent there.",
    remedy: "Send the post again; if it happens again, an administrator checks this machine's DNS and proxy.",
    sent: false,
  });
}
