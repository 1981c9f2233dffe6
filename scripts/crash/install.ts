/** One independent Postern as a real process on a folder and a sandbox of its own, which can be killed at any instant. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { systemClock } from "../../src/clock.ts";
import { serveSandbox, World } from "../../src/sandbox/index.ts";
import { Robot } from "../../test/support/robot.ts";

export const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

export class Install {
  readonly folder: string;
  readonly dataDir: string;
  readonly url: string;
  readonly world: World;
  /** The owner's browser; its session outlives every kill. */
  readonly robot = new Robot();
  key = "";
  /** What the process that runs now, or ran last, wrote to its log. */
  log = "";
  readonly #env: NodeJS.ProcessEnv;
  readonly #sandbox: { close(): Promise<void> };
  #child: ChildProcess | undefined;

  private constructor(folder: string, world: World, sandbox: { url: string; close(): Promise<void> }, port: number) {
    this.folder = folder;
    this.dataDir = path.join(folder, "data");
    this.url = `http://127.0.0.1:${port}`;
    this.world = world;
    this.#sandbox = sandbox;
    this.#env = {
      ...process.env,
      DATA_DIR: this.dataDir,
      PORT: String(port),
      PLATFORM_SANDBOX_URL: sandbox.url,
      LOG_LEVEL: "warn",
    };
  }

  /** `cache`: folder of compiled code that all installs share, so that a start costs less. */
  static async make(cache: string): Promise<Install> {
    const folder = mkdtempSync(path.join(tmpdir(), "postern-crash-"));
    const world = new World(path.join(folder, "world"), systemClock);
    const install = new Install(folder, world, await serveSandbox(world), await freePort());
    install.#env["NODE_COMPILE_CACHE"] = cache;
    return install;
  }

  /** The settings under which its processes run. */
  get env(): NodeJS.ProcessEnv {
    return { ...this.#env };
  }

  /** Starts the process without waiting for it; `dataDir` and `port` of their own make it another, empty install. */
  spawn(own: { dataDir?: string; port?: string } = {}): ChildProcess {
    const env = { ...this.#env, DATA_DIR: own.dataDir ?? this.dataDir, PORT: own.port ?? this.#env["PORT"] };
    const child = spawn(process.execPath, ["src/main.ts"], { cwd: root, env, stdio: ["ignore", "ignore", "pipe"] });
    this.log = "";
    child.stderr!.on("data", (chunk: Buffer) => (this.log += chunk.toString()));
    this.#child = child;
    return child;
  }

  /** Starts and waits until /readyz says yes. Throws with the log when the process ends instead. */
  async start(): Promise<void> {
    const child = this.spawn();
    for (let i = 0; i < 1200; i += 1) {
      if (child.exitCode !== null) throw new Error(`The server did not start: ${this.log.slice(-4000)}`);
      const reply = await fetch(`${this.url}/readyz`).catch(() => null);
      if (reply?.ok) return;
      await sleep(25);
    }
    throw new Error(`The server did not become ready: ${this.log.slice(-4000)}`);
  }

  /** SIGKILL: no handler runs, nothing is flushed. */
  kill(): Promise<void> {
    return end(this.#child, "SIGKILL");
  }

  /** A graceful stop, as an operator would. */
  stop(): Promise<void> {
    return end(this.#child, "SIGTERM");
  }

  cli(...args: string[]): string {
    const done = spawnSync(process.execPath, ["src/cli/main.ts", ...args], {
      cwd: root,
      env: this.#env,
      encoding: "utf8",
    });
    if (done.status !== 0) throw new Error(`${args[0]}: ${done.stderr}`);
    return done.stdout;
  }

  /** A command in a process of its own that waits, loaded, for the word to begin; so a kill can hit its work. */
  async command(...args: string[]): Promise<{ begin(): void; kill(): Promise<void>; done: Promise<number | null> }> {
    const child = spawn(process.execPath, ["scripts/crash/command.ts", ...args], {
      cwd: root,
      env: this.#env,
      stdio: ["pipe", "pipe", "ignore"],
    });
    const done = new Promise<number | null>((resolve) => child.once("exit", resolve));
    await new Promise((resolve) => child.stdout!.once("data", resolve));
    child.stdin!.on("error", () => undefined);
    return { begin: () => void child.stdin!.end("begin\n"), kill: () => end(child, "SIGKILL"), done };
  }

  async api<T>(method: string, target: string, body?: unknown): Promise<T> {
    for (;;) {
      const form = body instanceof FormData;
      const reply = await fetch(`${this.url}/api/v1${target}`, {
        method,
        headers: {
          authorization: `Bearer ${this.key}`,
          ...(body && !form ? { "content-type": "application/json" } : {}),
        },
        body: form ? body : body ? JSON.stringify(body) : null,
      });
      if (reply.status === 429) {
        await sleep(1000 * Number(reply.headers.get("retry-after") ?? 1));
        continue;
      }
      const answer = (await reply.json()) as T;
      if (!reply.ok) throw new Error(`${method} ${target}: ${reply.status} ${JSON.stringify(answer)}`);
      return answer;
    }
  }

  async close(): Promise<void> {
    await this.kill();
    await this.#sandbox.close();
    this.world.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export async function end(child: ChildProcess | undefined, signal: "SIGKILL" | "SIGTERM"): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await gone;
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
