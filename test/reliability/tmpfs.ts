/** A small disk of one's own that can really be filled, where this machine lets us mount one. */
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export interface SmallDisk {
  folder: string;
  /** Until not one more byte fits; returns the way back. */
  fill(): () => void;
  readOnly(): void;
  close(): void;
}

/** null where mounting is not permitted. */
export function smallDisk(megabytes: number): SmallDisk | null {
  const folder = mkdtempSync(path.join(tmpdir(), "postern-disk-"));
  const mount = (...args: string[]): boolean => spawnSync("mount", args, { stdio: "ignore" }).status === 0;
  if (!mount("-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder)) {
    rmSync(folder, { recursive: true });
    return null;
  }
  const ballast = path.join(folder, "ballast");
  return {
    folder,
    fill() {
      const handle = openSync(ballast, "w");
      for (const size of [1 << 20, 4096, 1]) {
        try {
          const block = Buffer.alloc(size);
          while (writeSync(handle, block) === size);
        } catch (error) {
          if ((error as { code?: string }).code !== "ENOSPC") throw error;
        }
      }
      closeSync(handle);
      return () => rmSync(ballast);
    },
    readOnly: () => void mount("-o", "remount,ro", folder),
    close() {
      spawnSync("umount", ["-l", folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
