/** The whole app on a socket of its own, less patient than usual, for tests that talk to it byte by byte. */
import { EventEmitter } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import net, { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import { buildApp } from "../../src/app.ts";
import { readConfig } from "../../src/config/index.ts";
import type { Patience } from "../../src/web/index.ts";
import { wire, type Wired } from "../../src/wiring.ts";

export const impatience: Patience = { headers: 300, body: 300, idle: 900, look: 50 };

/** Long enough in ms for a machine that is busy, far shorter than for ever. */
export const SOON = 5000;

export interface Talk {
  text: string;
  /** Until the app closed the line; when it did not, twice as long as `SOON`. */
  ms: number;
}

export interface WholeApp {
  url: string;
  port: number;
  folder: string;
  wired: Wired;
  /** Says `parts` one after the other with `gap` ms between them and resolves with what came back when the line is closed. */
  talk(parts: Iterable<string>, gap?: number): Promise<Talk>;
  /** Asks for something and reads nothing of the answer. */
  ignore(question: string): Promise<Talk>;
}

export async function openWholeApp(t: TestContext, patience: Patience = impatience): Promise<WholeApp> {
  const folder = mkdtempSync(path.join(tmpdir(), "postern-app-"));
  const config = readConfig({ DATA_DIR: folder, LOG_LEVEL: "silent" }, path.join(folder, "no.env"));
  const wired = wire(config, { port: 1 });
  const app = await buildApp(wired, { patience });
  await app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = app.server.address() as AddressInfo;
  const sockets = new Set<net.Socket>();
  const ended = new EventEmitter();
  app.server.on("connection", (line: net.Socket) => {
    const name = String(line.remotePort);
    line.once("close", () => ended.emit(name));
  });
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    await wired.house.runner.stop(500);
    await app.close();
    await wired.close();
    rmSync(folder, { recursive: true, force: true });
  });
  /** A line that is given up when the app does not close it. */
  const call = (settle: (talk: Talk) => void): { socket: net.Socket; heard: string[]; end: () => void } => {
    const began = performance.now();
    const heard: string[] = [];
    const socket = net.connect(port, "127.0.0.1").on("error", () => undefined);
    sockets.add(socket);
    const end = (): void => {
      clearTimeout(late);
      settle({ text: heard.join(""), ms: performance.now() - began });
      sockets.delete(socket.destroy());
    };
    const late = setTimeout(end, 2 * SOON);
    socket.once("close", end);
    return { socket, heard, end };
  };
  const talk = (parts: Iterable<string>, gap = 0): Promise<Talk> =>
    new Promise((resolve) => {
      const { socket, heard } = call(resolve);
      const iterator = parts[Symbol.iterator]();
      let next: NodeJS.Timeout | undefined;
      const say = (): void => {
        const part = iterator.next();
        if (part.done || socket.destroyed) return;
        socket.write(part.value, "latin1");
        next = setTimeout(say, gap);
      };
      socket.on("connect", say);
      socket.on("data", (bytes) => heard.push(bytes.toString("latin1")));
      socket.on("close", () => clearTimeout(next));
    });
  const ignore = (question: string): Promise<Talk> =>
    new Promise((resolve) => {
      const { socket, end } = call(resolve);
      // Who does not read learns of no end, so the other side tells.
      socket.pause().on("connect", () => {
        ended.once(String(socket.localPort), end);
        socket.write(question);
      });
    });
  return { url: `http://127.0.0.1:${port}`, port, folder, wired, talk, ignore };
}
