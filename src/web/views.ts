/** Templates: all compiled at start, so that a broken one stops the start and not a person. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Eta } from "eta/core";

const folder = fileURLToPath(new URL("../../views/", import.meta.url));

export class Views {
  // The core knows templates by name alone: an include is one look into a table, and nothing is read while pages are made.
  readonly #eta = new Eta({ autoEscape: true, useWith: false, varName: "it" });

  /** Throws with the file's name when a template does not compile. */
  compileAll(): number {
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".eta"));
    for (const file of files) {
      const name = `/${file.replaceAll(path.sep, "/").replace(/\.eta$/, "")}`;
      try {
        this.#eta.templatesSync.define(name, this.#eta.compile(readFileSync(path.join(folder, file), "utf8")));
      } catch (error) {
        throw new Error(`The template views/${file} does not compile: ${(error as Error).message}`, { cause: error });
      }
    }
    return files.length;
  }

  /** `name` is the path below views/ without ending: "posts/show". */
  render(name: string, data: object): string {
    return this.#eta.render(`/${name}`, data);
  }
}
