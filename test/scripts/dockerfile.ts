/** Reads a Dockerfile as far as ours goes, and runs its steps in a folder instead of an image. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

export interface Step {
  word: string;
  /** What stands after the word, continued lines joined. */
  rest: string;
}

/** The stages in order; what comes before the first FROM is none of ours. */
export function stagesOf(file: string): Step[][] {
  const lines = readFileSync(file, "utf8")
    .replaceAll(/^\s*#.*\n/gm, "")
    .replaceAll(/\\\n\s*/g, " ");
  const steps = lines
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => /^(\w+)\s+(.*)$/.exec(line)!)
    .map(([, word = "", rest = ""]) => ({ word, rest }));
  const stages: Step[][] = [];
  for (const step of steps) {
    if (step.word === "FROM") stages.push([]);
    stages.at(-1)!.push(step);
  }
  return stages;
}

/** A folder that stands for the root of one stage's file system. */
export class Stage {
  readonly root: string;
  /** Of the ENV steps, with paths of the image as they would be there. */
  readonly env: Record<string, string> = {};
  /** Steps that need an image's own system, left out. */
  readonly leftOut: string[] = [];
  #workdir = "/";

  constructor(root: string) {
    this.root = root;
    mkdirSync(path.join(root, "usr", "local", "bin"), { recursive: true });
  }

  /** Where a path of the image lies. */
  at(place: string): string {
    return path.join(this.root, path.posix.resolve(this.#workdir, place));
  }

  /** `from` = the build's context or an earlier stage. Throws with what the command said when it fails. */
  run(step: Step, context: string, stages: ReadonlyMap<string, Stage>): void {
    switch (step.word) {
      case "WORKDIR":
        this.#workdir = step.rest;
        return void mkdirSync(this.at("."), { recursive: true });
      case "ENV":
        for (const [, name = "", value = ""] of step.rest.matchAll(/(\w+)=(\S+)/g)) this.env[name] = value;
        return;
      case "COPY":
        return this.#copy(step.rest, context, stages);
      case "RUN":
        return this.#shell(step.rest);
    }
  }

  /** Starts nothing: the command with the image's absolute paths turned into ours. */
  translated(command: string): string {
    return command.replaceAll(/(?<![\w.:/])\/(data|app|usr)(?=[/\s"']|$)/g, (found) => path.join(this.root, found));
  }

  #copy(rest: string, context: string, stages: ReadonlyMap<string, Stage>): void {
    const words = rest.split(/\s+/);
    const stage = words[0]!.startsWith("--from=") ? stages.get(words.shift()!.slice("--from=".length)) : undefined;
    const target = words.pop()!;
    for (const source of words) {
      const from = stage ? stage.at(source) : path.join(context, source);
      const folder = target.endsWith("/");
      cpSync(from, folder ? path.join(this.at(target), path.basename(source)) : this.at(target), {
        recursive: statSync(from).isDirectory(),
        verbatimSymlinks: true,
      });
    }
  }

  #shell(command: string): void {
    if (/\bapt-get\b/.test(command)) return void this.leftOut.push(command);
    // An image's build is root's; who owns a folder is not the point here.
    const ours = this.translated(command).replaceAll(/ && chown \S+ \S+/g, "");
    const done = spawnSync("sh", ["-ec", ours], { cwd: this.at("."), encoding: "utf8", env: runEnvironment(this.env) });
    if (done.status !== 0) throw new Error(`${ours}\n${done.stdout}${done.stderr}`);
  }
}

/** The image's Node is this one; settings of the machine that runs the test stay outside, but for npm's own. */
export function runEnvironment(settings: Record<string, string>): Record<string, string> {
  const own = Object.entries(process.env).filter(
    ([name]) =>
      name === "HOME" ||
      /^npm_config_/i.test(name) ||
      /^(https?|no)_proxy$/i.test(name) ||
      /^(SSL|NODE_EXTRA)_/.test(name),
  ) as Array<[string, string]>;
  return {
    ...Object.fromEntries(own),
    npm_config_prefer_offline: "true",
    PATH: `${path.dirname(process.execPath)}:${process.env["PATH"]}`,
    ...settings,
  };
}
