/** A reply that comes byte by byte is not waited for, however long it goes on. */
import assert from "node:assert/strict";
import test from "node:test";
import { createOutbound, OutboundError } from "../../src/outbound/index.ts";
import { neighbour } from "./neighbours.ts";

test("a reply that drips is ended", async (t) => {
  let hungUp = false;
  const host = await neighbour(t, (_request, reply) => {
    const drop = setInterval(() => reply.write("a"), 50);
    reply.once("close", () => {
      hungUp = true;
      clearInterval(drop);
    });
  });
  const sandbox = `http://${host.host}`;
  const log = { debug: () => undefined };
  const outbound = createOutbound({ mode: "sandbox", sandboxUrl: sandbox, sandboxBrowserUrl: sandbox, log });
  t.after(() => outbound.close());
  const late = setTimeout(() => void outbound.close(), 2000);
  const began = performance.now();
  const asked = outbound.platform({ method: "GET", url: sandbox, timeout: 300 });
  await assert.rejects(asked, (error) => error instanceof OutboundError && error.reason === "timeout");
  clearTimeout(late);
  assert.ok(performance.now() - began < 2000);
  for (let i = 0; i < 100 && !hungUp; i += 1) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(hungUp, "and nobody listens any more");
});
