/** Looks for the platforms' secrets where they must never stand: pages, log, and the database's own bytes. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Panel } from "../../test/support/panel.ts";
import { leaks, type Bytes } from "../../test/support/server.ts";

export class Watch {
  readonly #panel: Panel;
  readonly #before: ReadonlySet<string>;
  readonly #lines: number;
  readonly #pages: number;

  /** From here on. */
  constructor(panel: Panel) {
    this.#panel = panel;
    this.#before = new Set(panel.sandbox.world.secrets().map((one) => one.secret));
    this.#lines = panel.log.length;
    this.#pages = panel.robot.seen.length;
  }

  /** Where secrets that were handed out meanwhile, or `more`, stand in clear; "" when nowhere. */
  found(more: ReadonlyArray<{ kind: string; secret: string }> = []): string {
    const { log, robot, sandbox } = this.#panel;
    const secrets = sandbox.world.secrets().filter((one) => !this.#before.has(one.secret));
    const told: Bytes[] = [
      { name: "log", bytes: Buffer.from(log.slice(this.#lines).join("")) },
      { name: "page", bytes: Buffer.from(robot.seen.slice(this.#pages).join("\n")) },
    ];
    return leaks([...told, ...databaseBytes(this.#panel)], [...secrets, ...more]).join("; ");
  }
}

function databaseBytes({ folder }: Panel): Bytes[] {
  return ["postern.db", "postern.db-wal"]
    .map((name) => path.join(folder, "data", name))
    .filter((file) => existsSync(file))
    .map((file) => ({ name: path.basename(file), bytes: readFileSync(file) }));
}
