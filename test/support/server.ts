/** The real server for a test: free port, data folder and log file of its own, a clock that can be pushed, own or separate sandbox. */
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createApiKey } from "../../src/accounts/index.ts";
import { readConfig } from "../../src/config/index.ts";
import type { World } from "../../src/sandbox/index.ts";
import { startServer, type RunningServer } from "../../src/server.ts";
import { Robot } from "./robot.ts";
import { openSandbox, pushableClock, type TestSandbox } from "./sandbox.ts";

/** A few seconds of real H.264 and AAC in an MP4. */
export const clip = fileURLToPath(new URL("../fixtures/media/clip.mp4", import.meta.url));

export const ada = { name: "Ada", email: "ada@example.org", password: "a long enough password" };

export interface TestServer {
  running: RunningServer;
  /** http://127.0.0.1:port */
  url: string;
  folder: string;
  logFile: string;
  clock: ReturnType<typeof pushableClock>;
  world: World;
  /** Stops the server and starts it again on the same folder. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface ServerOptions {
  /** The sandbox on a socket of its own, as PLATFORM_SANDBOX_URL; default: the server's own /sandbox. */
  separateSandbox?: boolean;
  /** More settings, by their names in the environment. */
  settings?: Record<string, string>;
}

export async function startTestServer(options: ServerOptions = {}): Promise<TestServer> {
  const home = mkdtempSync(path.join(tmpdir(), "postern-server-"));
  const folder = path.join(home, "data");
  const logFile = path.join(home, "postern.jsonl");
  mkdirSync(folder);
  const sandbox: TestSandbox | null = options.separateSandbox ? await openSandbox() : null;
  const clock = sandbox?.clock ?? pushableClock();
  const settings: Record<string, string> = { DATA_DIR: folder, PORT: "0", LOG_LEVEL: "trace", ...options.settings };
  if (sandbox) settings["PLATFORM_SANDBOX_URL"] = sandbox.url;
  const start = (): Promise<RunningServer> =>
    startServer(readConfig(settings, path.join(home, "no.env")), {
      clock,
      logTo: { write: (line: string) => appendFileSync(logFile, line) },
    });
  const running = await start();
  const server: TestServer = {
    running,
    url: running.localUrl,
    folder,
    logFile,
    clock,
    world: sandbox?.world ?? running.wired.sandboxWorld!,
    async restart() {
      await server.running.stop();
      server.running = await start();
      server.url = server.running.localUrl;
      server.world = sandbox?.world ?? server.running.wired.sandboxWorld!;
    },
    async close() {
      await server.running.stop();
      await sandbox?.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
  return server;
}

/** Signs the first person up through the page, as a browser without script would. */
export async function signUp(server: TestServer, person = ada): Promise<Robot> {
  const robot = new Robot();
  await robot.open(`${server.url}/sign-up`);
  await robot.press("Create account", person);
  return robot;
}

/** An API key of the only account, made through the accounts room. */
export function apiKey(server: TestServer): string {
  const { house } = server.running.wired;
  const found = house.db.get<{ account_id: string; workspace_id: string }>(
    "SELECT account_id, workspace_id FROM memberships ORDER BY created_at LIMIT 1",
  )!;
  const made = createApiKey(house, {
    accountId: found.account_id,
    workspaceId: found.workspace_id,
    name: "test",
    scopes: ["read", "write"],
  });
  return made.secret;
}

export interface Bytes {
  /** Where they were found, for messages. */
  name: string;
  bytes: Buffer;
}

/**
 * Every file of the data folder as it is on disk now, database, write-ahead log and media alike, and the log file. Left out:
 * the master key, which must be there, and what the server's own sandbox remembers (it plays the platforms).
 */
export function everyByte(server: TestServer): Bytes[] {
  const files = readdirSync(server.folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name !== "postern.key" && !name.startsWith("sandbox"))
    .map((name) => path.join(server.folder, name))
    .filter((file) => statSync(file).isFile());
  return [...files, server.logFile].map((file) => ({ name: path.basename(file), bytes: readFileSync(file) }));
}

/** Which of `secrets` stand in `places`, in clear or in an encoding that anybody undoes: "name: the secret's label (how)". */
export function leaks(places: readonly Bytes[], secrets: ReadonlyArray<{ kind: string; secret: string }>): string[] {
  return secrets.flatMap(({ kind, secret }) =>
    Object.entries(forms(secret)).flatMap(([how, needle]) =>
      places.filter((place) => place.bytes.includes(needle)).map((place) => `${place.name}: ${kind} (${how})`),
    ),
  );
}

function forms(secret: string): Record<string, Buffer> {
  const bytes = Buffer.from(secret);
  return {
    "in clear": bytes,
    "percent-encoded": Buffer.from(encodeURIComponent(secret)),
    // Without its last group: what follows the secret would change it.
    "in base64": Buffer.from(bytes.toString("base64").slice(0, Math.floor(bytes.length / 3) * 4)),
    "in hex": Buffer.from(bytes.toString("hex")),
    "as UTF-16": Buffer.from(secret, "utf16le"),
  };
}
