// Runs a TypeScript entry on Node 24, installing what is missing first. Plain JavaScript without dependencies, so that any Node from 20 on can start it.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [entry, ...args] = process.argv.slice(2);
if (!entry) fail("Say which file to run: node scripts/run.mjs src/main.ts");

// Only tests, checks and measurements need the development packages. Postern and its commands never install for want of them: that
// would change the packages under a running server. A first installation brings them all the same, unless this is production.
const needsDevelopment = /^scripts\/(test|check|crash|matrix|soak|fuzz|guards|bench)\.ts$/.test(entry);
const withDevelopment = needsDevelopment || process.env.NODE_ENV !== "production";

if (!installed() || runtime() === null) install();
const node = runtime();
if (node === null) {
  fail(
    `Postern needs Node 24 or newer. This is ${process.version}, and the packages bring no Node for ${os.platform()} on ${os.arch()}.`,
  );
}

// Few memory pools and a small nursery: 80 MB less at rest, and pages as fast as before (docs/performance.md).
const serving = entry.startsWith("src/");
const lean = ["--max-semi-space-size=2", "--import", pathToFileURL(path.join(root, "scripts", "stripped.mjs")).href];
const command = [node, ...(serving ? lean : []), path.join(root, entry), ...args];
const env = serving ? { MALLOC_ARENA_MAX: "2", ...process.env } : process.env;
become(command, env);

/** The started program takes the place of this process where Node can do that; else it runs beside it, and signals are passed on. */
function become(command, env) {
  process.chdir(root);
  if (typeof process.execve === "function" && process.platform !== "win32") {
    process.removeAllListeners("warning");
    process.execve(command[0], command, env);
  }
  const child = spawn(command[0], command.slice(1), { stdio: "inherit", cwd: root, env });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => fail(`Node 24 could not be started: ${error.message}`));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (os.constants.signals[signal] ?? 0)));
}

/**
 * True when every package of the lock file stands in node_modules in its version. npm writes its own record of that as its
 * last step, so an installation that was cut short has none.
 */
function installed() {
  const wanted = packagesOf(path.join(root, "package-lock.json"));
  const present = packagesOf(path.join(root, "node_modules", ".package-lock.json"));
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([where, entry]) => {
    if (where === "" || entry.optional || entry.devOptional || (entry.dev && !needsDevelopment)) return true;
    return present[where]?.version === entry.version && existsSync(path.join(root, where));
  });
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return null;
  }
}

function install() {
  console.error("Postern: installing what is missing, once; this takes half a minute or more.");
  const flags = ["--no-audit", "--no-fund", "--loglevel=error", "--ignore-scripts", "--include=optional"];
  const done = spawnSync("npm", ["ci", ...flags, withDevelopment ? "--include=dev" : "--omit=dev"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (done.error)
    fail(`npm could not be started (${done.error.message}). It comes with Node; see that it is on the PATH.`);
  if (done.status !== 0) fail("npm ci did not finish. Its message is above; mend that and run the command again.");
}

/** This Node when it is 24 or newer, else the one that the optional dependency brought, else null. */
function runtime() {
  if (Number(process.versions.node.split(".")[0]) >= 24) return process.execPath;
  const brought = path.join(root, "node_modules", ".bin", "node");
  return existsSync(brought) ? brought : null;
}

function fail(message) {
  console.error(`Postern: ${message}`);
  process.exit(1);
}
