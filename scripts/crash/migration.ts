/** A migration of a copy of the database, killed on the way: all of it or nothing of it, and its backup whole or absent. */
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { root, type Install } from "./install.ts";

/** Rebuilds a table that others refer to, and takes its time. */
const heavy = `
CREATE TABLE crash_events (id INTEGER PRIMARY KEY, publication_id TEXT NOT NULL REFERENCES publications (id) ON DELETE CASCADE,
  at INTEGER NOT NULL, event TEXT NOT NULL, detail TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL DEFAULT 'line') STRICT;
INSERT INTO crash_events (id, publication_id, at, event, detail) SELECT id, publication_id, at, event, detail FROM publication_events;
DROP TABLE publication_events;
ALTER TABLE crash_events RENAME TO publication_events;
CREATE TABLE crash_filler (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
  INSERT INTO crash_filler (body) SELECT hex(randomblob(200)) FROM n;
CREATE INDEX crash_filler_by_body ON crash_filler (body);
`;

interface Migrated {
  outcome: "done" | "undone" | "whole run";
  /** ms, when it was not killed. */
  takes?: number;
  faults: string[];
}

/** `killAfter` 0 = run to the end, to learn how long it takes. */
export async function migrateCopy(install: Install, killAfter: number): Promise<Migrated> {
  const bench = mkdtempSync(path.join(install.folder, "migration-"));
  try {
    const file = path.join(bench, "postern.db");
    for (const end of ["", "-wal"]) {
      const from = path.join(install.dataDir, `postern.db${end}`);
      if (existsSync(from)) cpSync(from, file + end);
    }
    const folder = path.join(bench, "migrations");
    cpSync(path.join(root, "migrations"), folder, { recursive: true });
    writeFileSync(path.join(folder, "9001_crash.sql"), heavy);
    const before = describe(file);
    const takes = await run(install, file, folder, killAfter);
    const faults = [...afterwards(file, before), ...backups(path.join(bench, "backups"), before)];
    const outcome = describe(file).migrated ? "done" : "undone";
    await run(install, file, folder, 0);
    if (!describe(file).migrated) faults.push("a migration that was killed does not go through at the second try");
    return killAfter === 0 ? { outcome: "whole run", takes, faults } : { outcome, faults };
  } finally {
    rmSync(bench, { recursive: true, force: true });
  }
}

async function run(install: Install, file: string, folder: string, killAfter: number): Promise<number> {
  const command = await install.command("migrate-copy", file, folder);
  const startedAt = performance.now();
  command.begin();
  await (killAfter === 0 ? command.done : Promise.race([command.done, sleep(killAfter)]));
  const takes = performance.now() - startedAt;
  await command.kill();
  return takes;
}

interface State {
  integrity: string;
  migrated: boolean;
  /** Whether the schema is the new one, in each of its parts. */
  parts: boolean[];
  lines: number;
}

function describe(file: string): State {
  const db = new Database(file, { readonly: true });
  try {
    const has = (sql: string): boolean => db.prepare(sql).get() !== undefined;
    return {
      integrity: String(db.pragma("integrity_check", { simple: true })),
      migrated: has("SELECT 1 FROM migrations WHERE name = '9001_crash.sql'"),
      parts: [
        has("SELECT 1 FROM sqlite_master WHERE name = 'crash_filler'"),
        has("SELECT 1 FROM sqlite_master WHERE name = 'crash_filler_by_body'"),
        has("SELECT 1 FROM pragma_table_info('publication_events') WHERE name = 'kind'"),
      ],
      lines: db.prepare("SELECT COUNT(*) FROM publication_events").pluck().get() as number,
    };
  } finally {
    db.close();
  }
}

function afterwards(file: string, before: State): string[] {
  const { integrity, migrated, parts, lines } = describe(file);
  return [
    ...(integrity === "ok" ? [] : [`after a killed migration: ${integrity}`]),
    ...(parts.every((part) => part === migrated) ? [] : [`a migration is half done: ${migrated} ${parts.join(" ")}`]),
    ...(lines === before.lines ? [] : [`a migration lost ${before.lines - lines} lines`]),
  ];
}

/** The copy that was made first bears its name only when it is whole. */
function backups(folder: string, before: State): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".db"))
    .flatMap((name) => {
      try {
        const { integrity, migrated, lines } = describe(path.join(folder, name));
        return integrity === "ok" && !migrated && lines === before.lines ? [] : [`${name} is not whole`];
      } catch (error) {
        return [`${name} cannot be read: ${(error as Error).message}`];
      }
    });
}
