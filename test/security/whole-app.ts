/** The whole app on a socket of its own, less patient than usual, for tests that talk to it byte by byte. */
import { mkdtempSync, rmSync } from "node:fs";
import net, { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import { buildApp } from "../../src/app.ts";
import { readConfig } from "../../src/config/index.ts";
import type { Patience } from "../../src/web/index.ts";
import { wire } from "../../src/wiring.ts";

export const impatience: Patience = { headers: 300, body: 300, idle: 900, look: 50 };

export interface WholeApp {
  url: string;
  port: number;
  folder: string;
  /** Says `parts` one after the other with `gap` ms between them and resolves with what came back when the line is closed. */
  talk(parts: Iterable<string>, gap?: number): Promise<{ text: string; ms: number }>;
}

export async function openWholeApp(t: TestContext, patience: Patience = impatience): Promise<WholeApp> {
  const folder = mkdtempSync(path.join(tmpdir(), "postern-app-"));
  const config = readConfig({ DATA_DIR: folder, LOG_LEVEL: "silent" }, path.join(folder, "no.env"));
  const wired = wire(config, { port: 1 });
  const app = await buildApp(wired, { patience });
  await app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = app.server.address() as AddressInfo;
  const sockets = new Set<net.Socket>();
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    await wired.house.runner.stop(500);
    await app.close();
    await wired.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const talk = (parts: Iterable<string>, gap = 0): Promise<{ text: string; ms: number }> =>
    new Promise((resolve) => {
      const began = performance.now();
      let text = "";
      const socket = net.connect(port, "127.0.0.1");
      sockets.add(socket);
      const iterator = parts[Symbol.iterator]();
      let next: NodeJS.Timeout | undefined;
      const say = (): void => {
        const part = iterator.next();
        if (part.done || socket.destroyed) return;
        socket.write(part.value, "latin1");
        next = setTimeout(say, gap);
      };
      socket.on("connect", say);
      socket.on("data", (bytes) => (text += bytes.toString("latin1")));
      socket.on("error", () => undefined);
      socket.on("close", () => {
        clearTimeout(next);
        sockets.delete(socket);
        resolve({ text, ms: performance.now() - began });
      });
    });
  return { url: `http://127.0.0.1:${port}`, port, folder, talk };
}
