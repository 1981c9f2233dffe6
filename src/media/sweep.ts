/** Clears away what nobody will come back for: broken-off uploads, leftovers of a crash, files without a row. */
import { readdirSync } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Gate } from "./admit-file.ts";
import { isUsedContent } from "./media.ts";
import type { UploadDesk } from "./uploads.ts";

const HOUR = 3_600_000;
/** A line that dropped may come back within two days. */
const UPLOADS_AFTER_MS = 48 * HOUR;
const TMP_AFTER_MS = 6 * HOUR;

export async function sweep(gate: Gate, uploads: UploadDesk): Promise<void> {
  const now = gate.house.clock.now();
  await uploads.settleForgotten();
  await clearUploads(gate.store.uploads, now - UPLOADS_AFTER_MS);
  await clear(gate.store.tmp, now - TMP_AFTER_MS);
  await clearOrphans(gate, now - TMP_AFTER_MS);
}

/** An upload is several files with one id; it lives as long as any of them is written to. */
async function clearUploads(folder: string, before: number): Promise<void> {
  const parts = new Map<string, { names: string[]; last: number }>();
  for (const name of await readdir(folder)) {
    const id = name.replace(/\..*$/, "");
    const part = parts.get(id) ?? { names: [], last: 0 };
    const facts = await stat(path.join(folder, name)).catch(() => null);
    parts.set(id, { names: [...part.names, name], last: Math.max(part.last, facts?.mtimeMs ?? 0) });
  }
  for (const { names, last } of parts.values()) {
    if (last < before) await Promise.all(names.map((name) => rm(path.join(folder, name), { force: true })));
  }
}

/** Removes entries that were last written before `before` (UTC ms). */
async function clear(folder: string, before: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const place = path.join(folder, name);
    const facts = await stat(place).catch(() => null);
    if (facts && facts.mtimeMs < before) await rm(place, { recursive: true, force: true });
  }
}

/** A crash between the row's deletion and the file's leaves a folder that no row names. */
async function clearOrphans(gate: Gate, before: number): Promise<void> {
  const { root } = gate.store;
  for (const shelf of readdirSync(root).filter((name) => /^[0-9a-f]{2}$/.test(name))) {
    for (const sha256 of await readdir(path.join(root, shelf))) {
      const facts = await stat(path.join(root, shelf, sha256)).catch(() => null);
      if (!facts || facts.mtimeMs > before || isUsedContent(gate.house.db, sha256)) continue;
      gate.store.erase(sha256);
    }
  }
}
