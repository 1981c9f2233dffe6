// Runs a TypeScript entry on Node 24, installing what is missing first. Plain JavaScript without dependencies, so that any Node from 20 on can start it.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [entry, ...args] = process.argv.slice(2);
if (!entry) fail("Say which file to run: node scripts/run.mjs src/main.ts");

install();
const child = spawn(runtime(), [path.join(root, entry), ...args], { stdio: "inherit", cwd: root });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(code ?? (signal ? 1 : 0)));

/** `npm ci` when node_modules is missing or belongs to another lock file. */
function install() {
  const lock = path.join(root, "package-lock.json");
  const stamp = path.join(root, "node_modules", ".postern-lock");
  if (!existsSync(lock)) return;
  const wanted = createHash("sha256").update(readFileSync(lock)).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  if (existsSync(path.join(root, "node_modules", ".bin")) && process.env.NODE_ENV === "production") return;
  console.error("Postern: installing what is missing (once, about half a minute)…");
  const done = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (done.status !== 0) fail("npm ci did not finish. Its message is above; mend that and run the command again.");
  writeFileSync(stamp, wanted);
}

/** This Node when it is 24 or newer, else the one that the optional dependency brought. */
function runtime() {
  if (Number(process.versions.node.split(".")[0]) >= 24) return process.execPath;
  const brought = path.join(root, "node_modules", ".bin", "node");
  if (existsSync(brought)) return brought;
  return fail(`Postern needs Node 24 or newer; this is ${process.version}, and no Node came with the packages for this kind of machine.`);
}

function fail(message) {
  console.error(`Postern: ${message}`);
  process.exit(1);
}
