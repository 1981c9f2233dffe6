/** A video on its way out is never in memory: however large it is, no more than a few pieces are read ahead of the line. */
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import test from "node:test";
import { createOutbound } from "../../src/outbound/index.ts";

const PIECE = 64 * 1024;
const SIZE = 64 * 1024 * 1024;

test("bytes are read from the file as the platform takes them, not before", async (t) => {
  let taken = 0;
  let furthest = 0;
  const server = http.createServer((request, reply) => {
    request.on("data", (chunk: Buffer) => (taken += chunk.length));
    request.on("end", () => reply.end("{}"));
    // The platform stops listening at the start; what is read by then is what would lie in memory.
    request.pause();
    setTimeout(() => request.resume(), 300);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const outbound = createOutbound({
    mode: "sandbox",
    sandboxUrl: url,
    sandboxBrowserUrl: url,
    log: { debug: () => undefined },
  });
  t.after(async () => {
    await outbound.close();
    server.close();
  });
  let read = 0;
  const piece = Buffer.alloc(PIECE);
  const body = new Readable({
    read() {
      read += PIECE;
      furthest = Math.max(furthest, read - taken);
      this.push(piece);
      if (read >= SIZE) this.push(null);
    },
  });
  const reply = await outbound.platform({ method: "PUT", url: `${url}/upload`, stream: { body, length: SIZE } });
  assert.equal(reply.status, 200);
  assert.equal(taken, SIZE);
  // What the kernel's buffers of a loopback line hold is several megabytes; the file is sixty-four.
  assert.ok(furthest < SIZE / 4, `${(furthest / 1e6).toFixed(1)} MB were read ahead`);
});
