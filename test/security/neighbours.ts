/** Servers on this machine that must not be reached, or that behave badly, and a count of who came. */
import { generateKeyPairSync, sign } from "node:crypto";
import http from "node:http";
import https from "node:https";
import net, { type AddressInfo } from "node:net";
import type { TestContext } from "node:test";

export interface Neighbour {
  /** "127.0.0.1:port" */
  host: string;
  port: number;
  /** Connections that were opened, whether or not anything was said. */
  came: number;
}

/** An HTTP server that closes with the test. */
export async function neighbour(
  t: TestContext,
  answer: http.RequestListener = (_request, reply) => void reply.end("secret"),
): Promise<Neighbour> {
  const server = http.createServer({ maxHeaderSize: 1024 * 1024 }, answer);
  return open(t, server, () => server.closeAllConnections());
}

/** A server that writes bytes as it likes. */
export async function rawNeighbour(t: TestContext, talk: (socket: net.Socket) => void): Promise<Neighbour> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket.on("error", () => undefined).on("close", () => sockets.delete(socket)));
    talk(socket);
  });
  return open(t, server, () => sockets.forEach((socket) => socket.destroy()));
}

/** An HTTPS server whose certificate nobody but itself vouches for. */
export async function selfSignedNeighbour(t: TestContext, answer: http.RequestListener): Promise<Neighbour> {
  const server = https.createServer(selfSigned(), answer);
  return open(t, server, () => server.closeAllConnections());
}

/** A fresh key and the smallest certificate for it, good for a century. */
function selfSigned(): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const algorithm = der(0x30, Buffer.from("06032b6570", "hex"));
  const commonName = der(0x30, Buffer.from("0603550403", "hex"), der(0x0c, Buffer.from("nobody")));
  const name = der(0x30, der(0x31, commonName));
  const from = der(0x18, Buffer.from("20200101000000Z"));
  const to = der(0x18, Buffer.from("21200101000000Z"));
  const key = publicKey.export({ type: "spki", format: "der" });
  const facts = der(0x30, der(0x02, Buffer.from([1])), algorithm, name, der(0x30, from, to), name, key);
  const signature = der(0x03, Buffer.from([0]), sign(null, facts, privateKey));
  const cert = der(0x30, facts, algorithm, signature).toString("base64");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${cert.replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`,
  };
}

/** One value of ASN.1 with its tag and length; fewer than 256 bytes. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = body.length < 128 ? [tag, body.length] : [tag, 0x81, body.length];
  return Buffer.concat([Buffer.from(head), body]);
}

async function open(t: TestContext, server: net.Server, hangUp: () => void): Promise<Neighbour> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const one: Neighbour = { host: `127.0.0.1:${port}`, port, came: 0 };
  server.on("connection", () => (one.came += 1));
  t.after(
    () =>
      new Promise((resolve) => {
        hangUp();
        server.close(resolve);
      }),
  );
  return one;
}
