/** Checks of the machine: may the data folder be written, is there room, is ffmpeg there. */
import { spawnSync } from "node:child_process";
import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import path from "node:path";
import type { Config } from "../../config/index.ts";
import { note, ok, wrong, type Finding } from "./finding.ts";

const FULL = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);
const PROBE = Buffer.alloc(64 * 1024, "x");

/** Writes and removes a small file; makes the folder where there is none. */
export function dataFolder({ dataDir }: Pick<Config, "dataDir">): Finding[] {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    writeProbe(path.join(dataDir, ".doctor"));
  } catch (error) {
    const full = FULL.has((error as { code?: string }).code ?? "");
    return [
      full
        ? wrong("disk", `the disk of ${dataDir} is full`, "Free some space; nothing can be published until then.")
        : wrong(
            "data folder",
            `${dataDir} cannot be written`,
            `Give it to the account that runs Postern: chown -R <account> ${dataDir}`,
          ),
    ];
  }
  const disk = statfsSync(dataDir);
  return [ok("data folder", `${dataDir} is writable`), room(disk.bavail * disk.bsize)];
}

function writeProbe(file: string): void {
  try {
    const handle = openSync(file, "w", 0o600);
    try {
      writeSync(handle, PROBE);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } finally {
    rmSync(file, { force: true });
  }
}

/** `free` bytes are left. */
export function room(free: number): Finding {
  const text = `${(free / 1e9).toFixed(1)} GB free`;
  if (free > 2e9) return ok("disk", text);
  if (free > 1e8) return note("disk", text, "Large videos may not fit; free some space.");
  return wrong("disk", text, "Free some space; nothing can be published when it is full.");
}

export function ffmpeg(): Finding {
  const found = spawnSync("ffmpeg", ["-version"], { stdio: "ignore" }).status === 0;
  return found
    ? ok("ffmpeg", "found")
    : note("ffmpeg", "not found", "Videos get no poster frame without it: apt-get install ffmpeg");
}
