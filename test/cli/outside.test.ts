/** doctor asks PUBLIC_URL: it tells this install from a stranger, a proxy, a redirect and silence, and a right clock from a wrong one. */
import assert from "node:assert/strict";
import { createServer, request as forward, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import test, { type TestContext } from "node:test";
import { examine, type Finding } from "../../src/cli/doctor.ts";
import { startTestServer } from "../support/server.ts";
import { operator } from "./postern.ts";

async function listen(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A reverse proxy to `to` for the paths that begin with `passes`; 404 for the rest. */
function proxy(to: string, passes: string): RequestListener {
  return (incoming, outgoing) => {
    if (!incoming.url!.startsWith(passes)) return void outgoing.writeHead(404).end("nothing here");
    const onward = forward(to + incoming.url, { headers: incoming.headers }, (reply) => {
      outgoing.writeHead(reply.statusCode!, reply.headers);
      reply.pipe(outgoing);
    });
    incoming.pipe(onward);
  };
}

test("where PUBLIC_URL leads", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  const look = async (publicUrl: string, settings: Record<string, string> = {}) => {
    const findings = await examine({ DATA_DIR: server.folder, PUBLIC_URL: publicUrl, ...settings }, "/nowhere/.env");
    const of = (check: string): Finding => findings.find((finding) => finding.check === check)!;
    return { media: of("media from outside"), callback: of("callback") };
  };
  let status = 200;
  const stranger = await listen(t, (_request, reply) => {
    reply.writeHead(status, status === 301 ? { location: "https://elsewhere.example/" } : {}).end("hello");
  });
  const half = await listen(t, proxy(server.url, "/m/"));
  const silent = "http://127.0.0.1:9";

  const right = await look(server.url);
  for (const finding of [right.media, right.callback]) {
    assert.equal(finding.state, "worth knowing");
    assert.match(finding.message, /reached only from this machine, which is all the sandbox needs/);
    assert.match(finding.remedy, /Before you go live.*https/);
  }

  const other = await look(stranger);
  assert.deepEqual([other.media.state, other.callback.state], ["wrong", "wrong"]);
  assert.match(other.media.message, /^something else answers http:.*\/m\/…, with 200$/);
  assert.match(other.callback.message, /\/channels\/callback\/tiktok, with 200$/);
  assert.match(other.media.remedy, /Check PUBLIC_URL, the name's DNS record/);
  status = 301;
  const moved = await look(stranger);
  assert.match(moved.media.message, /is redirected to https:\/\/elsewhere\.example\//);
  status = 502;
  const down = await look(stranger);
  assert.match(down.media.message, /a proxy answers .* with 502: Postern is not behind it/);
  const nobody = await look(silent);
  assert.match(nobody.media.message, /does not answer: The connection was refused/);

  const callbackLost = await look(half);
  assert.equal(callbackLost.media.state, "worth knowing", "media pass");
  assert.equal(callbackLost.callback.state, "wrong");
  assert.match(callbackLost.callback.message, /something else answers .*\/channels\/callback\/tiktok, with 404/);

  const live = await look(server.url, { PLATFORM_MODE: "live" });
  assert.equal(live.media.state, "wrong");
  assert.match(live.media.message, /reached only from this machine, and no platform can/);
});

test("without a running Postern nobody is asked", async (t) => {
  const one = operator(t);
  await one.run(["rotate-key"]);
  const findings = await examine({ DATA_DIR: one.dataDir, PUBLIC_URL: "http://127.0.0.1:9" }, "/nowhere/.env");
  const media = findings.find((finding) => finding.check === "media from outside")!;
  assert.equal(media.state, "worth knowing");
  assert.match(media.message, /Postern is not running, so http:\/\/127\.0\.0\.1:9 was not asked/);
});

test("a clock that differs from the platforms'", async (t) => {
  let off = 0;
  const platform = await listen(t, (_request, reply) => {
    reply.writeHead(404, { date: new Date(Date.now() + off).toUTCString() }).end("{}");
  });
  const { dataDir } = operator(t);
  const look = async (check: string, url = platform): Promise<Finding> =>
    (await examine({ DATA_DIR: dataDir, PLATFORM_SANDBOX_URL: url }, "/nowhere/.env")).find(
      (finding) => finding.check === check,
    )!;
  assert.equal((await look("clock")).message, "agrees with TikTok's");
  off = 7_200_000;
  const behind = await look("clock");
  assert.equal(behind.state, "wrong");
  assert.match(behind.message, /^it is 7(199|200|201) seconds behind TikTok's$/);
  assert.match(behind.remedy, /Set the machine's time/);
  const nobody = await look("platforms", "http://127.0.0.1:9");
  assert.equal(nobody.state, "wrong");
  assert.match(nobody.message, /no answer from TikTok/);
});
