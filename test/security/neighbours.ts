/** Servers on this machine that must not be reached, or that behave badly, and a count of who came. */
import http from "node:http";
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
