/** A copy of the tree to take guards out of, so that the tree itself is never without one. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { without, type Guard } from "./guard.ts";

export const root = path.dirname(path.dirname(import.meta.dirname));

/** What is large, private or of one machine stays where it is. */
const LEFT_OUT = new Set(["node_modules", ".git", ".cache", "data", ".env"]);

export class Copy {
  readonly folder: string;
  readonly #erase = (): void => rmSync(this.folder, { recursive: true, force: true });

  constructor() {
    this.folder = mkdtempSync(path.join(tmpdir(), "postern-guards-"));
    process.on("exit", this.#erase);
    cpSync(root, this.folder, {
      recursive: true,
      filter: (from) => !LEFT_OUT.has(path.relative(root, from)),
    });
    symlinkSync(path.join(root, "node_modules"), path.join(this.folder, "node_modules"));
  }

  /** Does `work` while the guard is missing, and puts it back. Throws when the guard is not there to be removed. */
  async lacking<T>(guard: Guard, work: () => Promise<T>): Promise<T> {
    const file = path.join(this.folder, guard.file);
    const text = readFileSync(file, "utf8");
    writeFileSync(file, without(text, guard));
    try {
      return await work();
    } finally {
      writeFileSync(file, text);
    }
  }

  close(): void {
    this.#erase();
    process.off("exit", this.#erase);
  }
}
