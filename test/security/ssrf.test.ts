/** Addresses that people type lead to the public web and nowhere else, and what comes back is bounded. See also test/media/import.test.ts. */
import assert from "node:assert/strict";
import type dns from "node:dns";
import test, { type TestContext } from "node:test";
import { gzipSync } from "node:zlib";
import { isPublicAddress } from "../../src/outbound/addresses.ts";
import { guardedAgent, onlyPublic } from "../../src/outbound/agent.ts";
import { open } from "../../src/outbound/exchange.ts";
import { createOutbound, OutboundError, type Outbound } from "../../src/outbound/index.ts";
import { sources } from "../support/source.ts";
import { neighbour, rawNeighbour, selfSignedNeighbour } from "./neighbours.ts";

function outbound(t: TestContext, allowPrivateHosts: string[] = []): Outbound {
  const none = { debug: () => undefined };
  const sandbox = { sandboxUrl: "http://127.0.0.1:9/sandbox", sandboxBrowserUrl: "http://127.0.0.1:9/sandbox" };
  const made = createOutbound({ mode: "live", ...sandbox, allowPrivateHosts, log: none });
  t.after(() => made.close());
  return made;
}

async function reason(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "it was fetched";
  } catch (error) {
    assert.ok(error instanceof OutboundError, String(error));
    return error.reason;
  }
}

const fetchFrom = (from: Outbound, url: string) => reason(from.download(url, { maxBytes: 1000 }));

test("public addresses are told from all others", () => {
  const others = [
    ...[
      "0.0.0.0",
      "0.1.2.3",
      "10.1.2.3",
      "100.64.0.1",
      "127.0.0.1",
      "127.255.255.254",
      "169.254.169.254",
      "172.16.0.1",
    ],
    ...["172.31.255.255", "192.0.0.8", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.7", "203.0.113.7"],
    ...["224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"],
    ...["::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:10.0.0.1", "::ffff:0:127.0.0.1"],
    ...["64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "fc00::1", "fd12::1"],
    ...["fe80::1", "fe80::1%lo", "fec0::1", "ff02::1", "5f00::1", "4000::1"],
    ...["", "localhost", "8.8", "010.8.8.8", "0x08080808", "134744072", "8.8.8.8 ", "[2606:4700::1]"],
  ];
  assert.deepEqual(others.filter(isPublicAddress), []);
  for (const address of ["8.8.8.8", "93.184.216.34", "::ffff:8.8.8.8", "2606:4700::1111", "2a00:1450:4001::200e"])
    assert.ok(isPublicAddress(address), address);
});

test("however this machine is written, nothing is even connected to", async (t) => {
  const home = await neighbour(t);
  const agent = guardedAgent();
  t.after(() => agent.destroy());
  const names = [
    ...["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "0", "0.0.0.0"],
    ...["127.0.0.1.", "localhost", "LOCALHOST", "localhost.", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"],
    ...[
      "[::127.0.0.1]",
      "[0:0:0:0:0:0:0:1]",
      "[::]",
      "[64:ff9b::7f00:1]",
      "①②⑦.⓪.⓪.①",
      "127。0。0。1",
      "%31%32%37.0.0.1",
    ],
  ];
  for (const name of names) {
    const said = await reason(open(new URL(`http://${name}:${home.port}/`), {}, agent));
    // A resolver may not know the name at all; what counts is that nobody came.
    assert.ok(["blocked", "unreachable"].includes(said), `${name}: ${said}`);
  }
  assert.equal(home.came, 0);
});

test("a name is looked up once a connection, one private answer spoils it, and the open socket is judged again", async (t) => {
  const home = await neighbour(t);
  const asked: string[] = [];
  const answers: string[][] = [["93.184.216.34", "127.0.0.1"], ["127.0.0.1"], ["fd00::1"], []];
  const resolve = (
    name: string,
    _options: dns.LookupAllOptions,
    done: (error: null, found: dns.LookupAddress[]) => void,
  ) => {
    asked.push(name);
    done(
      null,
      (answers.shift() ?? []).map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
  };
  const agent = guardedAgent(onlyPublic(resolve));
  const url = new URL(`http://rebinding.example:${home.port}/`);
  for (let i = 0; i < 4; i += 1) assert.equal(await reason(open(url, {}, agent)), "blocked");
  assert.equal(asked.length, 4);
  await agent.destroy();

  // A look-up that answers something else than was checked: the socket tells.
  const liar = guardedAgent((_name, options, done) =>
    options.all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4),
  );
  let heard = 0;
  const listening = await rawNeighbour(t, (socket) => void socket.on("data", () => (heard += 1)));
  assert.equal(await reason(open(new URL(`http://rebinding.example:${listening.port}/`), {}, liar)), "blocked");
  assert.deepEqual([home.came, heard], [0, 0]);
  await liar.destroy();
});

test("each redirect is judged like the first address", async (t) => {
  const secret = await neighbour(t);
  let to = "";
  let asked = 0;
  const door = await neighbour(t, (_request, reply) => {
    asked += 1;
    reply.writeHead(302, { location: to }).end();
  });
  const from = outbound(t, [door.host]);
  for (const [location, why] of [
    [`http://${secret.host}/`, "bad_address"],
    ["http://127.0.0.1/", "blocked"],
    ["http://[::ffff:7f00:1]/", "blocked"],
    ["https://169.254.169.254/latest/meta-data/", "blocked"],
    ["file:///etc/passwd", "bad_address"],
    ["gopher://127.0.0.1:6379/_FLUSHALL", "bad_address"],
    ["ftp://127.0.0.1/", "bad_address"],
    ["data:text/plain,secret", "bad_address"],
    [`http://name:secret@${door.host}/`, "bad_address"],
    [`http://${door.host}/again`, "bad_address"],
    [`http://${door.host}/${"a".repeat(2100)}`, "bad_address"],
    ["//127.0.0.1/", "blocked"],
  ] as const) {
    to = location;
    assert.equal(await fetchFrom(from, `http://${door.host}/`), why, location.slice(0, 60));
  }
  assert.equal(secret.came, 0);
  to = `http://${door.host}/`;
  asked = 0;
  await fetchFrom(from, to);
  assert.equal(asked, 4, "the first and three redirects");
});

test("only the ports of the web, no names or passwords, no other schemes, no endless addresses", async (t) => {
  const from = outbound(t);
  for (const address of [
    ...[22, 25, 53, 110, 2375, 3306, 5432, 6379, 8080, 9200, 11211, 65535].map((port) => `http://example.org:${port}/`),
    ...["https://name@example.org/", "https://:secret@example.org/", "ftp://example.org/", "file:///etc/passwd"],
    ...["ws://example.org/", "javascript:1", "", "http://", `https://example.org/${"a".repeat(2100)}`],
  ])
    assert.equal(await fetchFrom(from, address), "bad_address", address.slice(0, 60));
});

test("platforms are reached over https, publicly, and their redirects are not followed", async (t) => {
  const home = await neighbour(t, (_request, reply) => void reply.writeHead(302, { location: "/next" }).end());
  const from = outbound(t);
  const ask = (url: string) => reason(from.platform({ method: "POST", url, json: {} }));
  assert.equal(await ask(`http://${home.host}/`), "bad_address");
  assert.equal(await ask("https://127.0.0.1/"), "blocked");
  assert.equal(await ask("https://localhost/"), "blocked");
  assert.equal(home.came, 0);
  const local = createOutbound({
    mode: "sandbox",
    sandboxUrl: `http://${home.host}`,
    sandboxBrowserUrl: `http://${home.host}`,
    log: { debug: () => undefined },
  });
  t.after(() => local.close());
  assert.equal((await local.platform({ method: "GET", url: "https://graph.facebook.com/me" })).status, 302);
  assert.equal(home.came, 1);
});

test("what comes back is bounded: while it streams, packed or not, in its headers, and in time", async (t) => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  let hungUp = 0;
  const host = await neighbour(t, (request, reply) => {
    if (request.url === "/bomb") {
      assert.equal(request.headers["accept-encoding"], "identity");
      return void reply.writeHead(200, { "content-encoding": "gzip" }).end(bomb);
    }
    if (request.url === "/headers") return void reply.writeHead(200, { "x-long": "a".repeat(64 * 1024) }).end();
    if (request.url === "/silent") return;
    // Endless, without saying how much it will be, or lying about it.
    if (request.url === "/liar") reply.setHeader("content-length", 2 ** 40);
    reply.once("close", () => (hungUp += 1));
    const more = (): void => {
      while (!reply.destroyed && reply.write(Buffer.alloc(65_536)));
    };
    reply.on("drain", more);
    more();
  });
  const from = outbound(t, [host.host]);
  const read = async (path: string, maxBytes: number): Promise<number> => {
    const { body } = await from.download(`http://${host.host}${path}`, { maxBytes });
    let bytes = 0;
    for await (const part of body) bytes += (part as Buffer).length;
    return bytes;
  };
  assert.equal(await read("/bomb", 1_000_000), bomb.length, "kept as it came, never unpacked");
  assert.equal(await reason(read("/endless", 1_000_000)), "too_large");
  assert.equal(await reason(read("/liar", 1_000_000)), "too_large");
  assert.equal(await reason(read("/headers", 1000)), "reset");
  const local = createOutbound({
    mode: "sandbox",
    sandboxUrl: `http://${host.host}`,
    sandboxBrowserUrl: `http://${host.host}`,
    log: { debug: () => undefined },
  });
  t.after(() => local.close());
  const ask = (path: string, timeout: number) =>
    reason(local.platform({ method: "GET", url: `http://${host.host}${path}`, timeout }));
  assert.equal(await ask("/endless", 20_000), "too_large");
  assert.equal(await ask("/silent", 300), "timeout");
  for (let i = 0; i < 100 && hungUp < 3; i += 1) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(hungUp, 3, "nobody keeps listening");
});

test("a certificate that nobody vouches for is refused", async (t) => {
  let asked = 0;
  const door = await selfSignedNeighbour(t, (_request, reply) => reply.end(String((asked += 1))));
  const url = `https://${door.host}/`;
  const local = createOutbound({
    mode: "sandbox",
    sandboxUrl: url,
    sandboxBrowserUrl: url,
    log: { debug: () => undefined },
  });
  const agent = guardedAgent((_name, _options, done) => done(null, [{ address: "127.0.0.1", family: 4 }]));
  t.after(() => Promise.all([local.close(), agent.destroy()]));
  for (const ask of [
    () => outbound(t, [door.host]).download(url, { maxBytes: 1000 }),
    () => local.platform({ method: "POST", url, json: {} }),
    () => open(new URL(`https://somebody.example:${door.port}/`), {}, agent),
  ])
    await assert.rejects(ask, ({ cause }: Error) => {
      assert.equal((cause as NodeJS.ErrnoException).code, "DEPTH_ZERO_SELF_SIGNED_CERT");
      return true;
    });
  assert.deepEqual([asked, door.came], [0, 3]);
  const leniency = /rejectUnauthorized|NODE_TLS_REJECT_UNAUTHORIZED/;
  assert.deepEqual(
    sources("src/**/*.ts").flatMap((file) => (leniency.test(file.text) ? [file.path] : [])),
    [],
  );
});
