/** Prints what Postern is made of, as CycloneDX, from the lock file alone: node scripts/run.mjs scripts/sbom.ts > sbom.json */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";

const root = path.dirname(import.meta.dirname);

interface Bom {
  serialNumber?: string;
  metadata: { timestamp?: string; component: { name: string } };
  components: Array<{ name: string; version: string; licenses?: unknown[] }>;
}

/** Every locked package; those for development alone are marked as such. Throws when npm cannot say. */
export function sbom(): Bom {
  const flags = ["--sbom-format=cyclonedx", "--package-lock-only", "--loglevel=error"];
  const said = spawnSync("npm", ["sbom", ...flags], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === "win32",
  });
  if (said.status !== 0) throw new Error(`npm sbom did not finish. ${said.stderr || (said.error?.message ?? "")}`);
  const bom = JSON.parse(said.stdout) as Bom;
  // npm names it after the folder it happens to lie in.
  const own = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { name: string };
  bom.metadata.component.name = own.name;
  // The same lock file gives the same text.
  delete bom.metadata.timestamp;
  delete bom.serialNumber;
  return bom;
}

if (import.meta.main) console.log(JSON.stringify(sbom(), null, 2));
