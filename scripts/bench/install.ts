/** An install of its own in a temporary folder, with a person signed in, started as `npm start` starts it. */
import { mkdtempSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { systemClock } from "../../src/clock.ts";
import { readConfig } from "../../src/config/index.ts";
import { wire, type Wired } from "../../src/wiring.ts";
import { lean, start, type Program } from "./measure.ts";

export class Install {
  readonly folder = mkdtempSync(path.join(tmpdir(), "postern-bench-"));
  readonly url: string;
  workspaceId = "";
  /** The session's cookie and the token that forms carry. */
  cookie = "";
  csrf = "";
  process: Program | null = null;
  readonly #settings: Record<string, string>;

  private constructor(port: number, settings: Record<string, string>) {
    this.url = `http://127.0.0.1:${port}`;
    this.#settings = { DATA_DIR: this.folder, PORT: String(port), LOG_LEVEL: "error", ...settings };
  }

  /** Started, with its first account signed in. `sandboxUrl`: another place for platform requests than its own sandbox. */
  static async make(sandboxUrl?: string): Promise<Install> {
    const install = new Install(await freePort(), sandboxUrl ? { PLATFORM_SANDBOX_URL: sandboxUrl } : {});
    await install.start();
    await install.#signUp();
    return install;
  }

  async start(): Promise<void> {
    this.process = await start([...lean, "src/main.ts"], /Postern is ready/, this.#settings);
  }

  async stop(): Promise<void> {
    await this.process?.stop();
    this.process = null;
  }

  /** The rooms over the same folder, to write what a test needs; only while the process is stopped. */
  furnish<T>(work: (wired: Wired) => T): T {
    if (this.process) throw new Error("Stop the process first.");
    const wired = wire(readConfig(this.#settings, path.join(this.folder, "no.env")), {
      port: 1,
      clock: systemClock,
      logTo: { write: () => undefined },
    });
    try {
      return work(wired);
    } finally {
      wired.house.db.close();
    }
  }

  env(): Record<string, string> {
    return { ...this.#settings };
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #signUp(): Promise<void> {
    await this.#open("/sign-up");
    const form = { name: "Ada", email: "ada@example.org", password: "a long enough password", timeZone: "UTC" };
    const reply = await fetch(`${this.url}/sign-up`, {
      method: "POST",
      headers: { cookie: this.cookie, origin: this.url },
      body: new URLSearchParams({ _csrf: this.csrf, invite: "", ...form }),
      redirect: "manual",
    });
    if (reply.status !== 303) throw new Error(`Signing up was answered with ${reply.status}: ${await reply.text()}`);
    this.#keep(reply);
    await this.#open("/posts/new");
  }

  async #open(target: string): Promise<void> {
    const reply = await fetch(`${this.url}${target}`, { headers: { cookie: this.cookie } });
    this.#keep(reply);
    const html = await reply.text();
    this.csrf = /name="_csrf" value="([^"]+)"/.exec(html)?.[1] ?? "";
    if (this.csrf === "") throw new Error(`${target} has no form (${reply.status}).`);
  }

  #keep(reply: Response): void {
    const jar = new Map(this.cookie.split("; ").flatMap((one) => (one ? [[one.split("=")[0]!, one] as const] : [])));
    for (const one of reply.headers.getSetCookie()) jar.set(one.split("=")[0]!, one.split(";")[0]!);
    this.cookie = [...jar.values()].join("; ");
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
