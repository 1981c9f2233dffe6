// Loads src/ from copies without types, made once, so that a serving process never holds Node's type stripper in memory.
// Used as a preload: node --import ./scripts/stripped.mjs src/main.ts. Run by itself it makes the copies.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const self = fileURLToPath(import.meta.url);
const root = path.dirname(path.dirname(self));
const source = path.join(root, "src");
const copies = path.join(root, "node_modules", ".cache", "postern");

if (process.argv[1] && realpathSync(process.argv[1]) === self) makeCopies();
else loadCopies();

/** Types become blanks, so that every line and column, and with them every stack trace, stay as they were written. */
function makeCopies() {
  // Whoever makes them (root, before a service starts), the account that serves reads them.
  process.umask(0o022);
  for (const name of readdirSync(source, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".ts") || name.endsWith(".d.ts")) continue;
    const text = readFileSync(path.join(source, name), "utf8");
    if (copyOf(path.join(source, name), text) !== null) continue;
    const copy = placeOf(path.join(source, name));
    mkdirSync(path.dirname(copy), { recursive: true });
    writeFileSync(`${copy}.${process.pid}`, `${stripTypeScriptTypes(text)}\n//${markOf(text)}`);
    renameSync(`${copy}.${process.pid}`, copy);
  }
}

function loadCopies() {
  const within = pathToFileURL(source + path.sep).href;
  let made = false;
  registerHooks({
    load(url, context, next) {
      if (!url.startsWith(within) || !url.endsWith(".ts")) return next(url, context);
      const file = fileURLToPath(url);
      const text = readFileSync(file, "utf8");
      let code = copyOf(file, text);
      if (code === null && !made) {
        made = true;
        // In a process of its own: the stripper's memory goes when it ends. In a folder that cannot be written nothing is made.
        spawnSync(process.execPath, ["--no-warnings", self], { stdio: "ignore" });
        code = copyOf(file, text);
      }
      if (code === null) return next(url, context);
      return { format: "module", source: code, shortCircuit: true };
    },
  });
}

/** The copy that was made of exactly this text by this Node, or null. */
function copyOf(file, text) {
  try {
    const copy = readFileSync(placeOf(file), "utf8");
    return copy.endsWith(`//${markOf(text)}`) ? copy : null;
  } catch {
    return null;
  }
}

function placeOf(file) {
  return path.join(copies, path.relative(source, file).replace(/\.ts$/, ".js"));
}

function markOf(text) {
  return createHash("sha256").update(process.version).update(text).digest("base64url");
}
