/** backup. */
import path from "node:path";
import { audit } from "../accounts/index.ts";
import { BackupError, makeBackup, pourBackup, type Made, type MediaEntry, type Poured } from "../backups/index.ts";
import { systemClock } from "../clock.ts";
import { readConfig, type Config } from "../config/index.ts";
import { openDatabase, pendingMigrations } from "../database/index.ts";
import type { House } from "../house.ts";
import { CommandError, type Command } from "./command.ts";

export const backupCommand: Command = {
  name: "backup",
  about: "Writes one file that holds the database, and with --with-media the media; the server may keep running.",
  usage: "[--to DIR|-] [--with-media]",
  options: { to: { type: "string" }, "with-media": { type: "boolean" } },
  async run(values) {
    const config = readConfig();
    const withMedia = values["with-media"] === true;
    const wish = { dataDir: config.dataDir, withMedia, withSandbox: ownSandbox(config), clock: systemClock };
    const to = typeof values["to"] === "string" ? values["to"] : path.join(config.dataDir, "backups");
    const poured = to === "-";
    const made = await inWords(() =>
      poured ? pourBackup(wish, process.stdout) : makeBackup({ ...wish, to: path.resolve(to) }),
    );
    writeDown(config.dataDir, made);
    // Standard output holds the backup, so what there is to say goes beside it.
    return { text: wordsFor(made), json: factsOf(made), code: made.leftOut.length > 0 ? 1 : 0, beside: poured };
  },
};

/** Whether the platforms are played by Postern itself, out of the data folder. */
export function ownSandbox({ platformMode, platformSandboxUrl }: Config): boolean {
  return platformMode === "sandbox" && platformSandboxUrl === null;
}

/** What a person can mend is shown without a stack. */
export async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BackupError) throw new CommandError(error.message);
    throw error;
  }
}

/** The one FILE of a command. Throws CommandError when there is none, or several. */
export function needFile(positionals: readonly string[]): string {
  const [file, ...more] = positionals;
  if (!file || more.length > 0) throw new CommandError("Say which FILE: the path of one backup.");
  return path.resolve(file);
}

export function plainSize(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** "media/ab/abc…/original.mp4" a line, at most 20 of them. */
export function listed(media: readonly MediaEntry[]): string {
  const lines = media.slice(0, 20).map((entry) => `  ${entry.path}`);
  return [...lines, ...(media.length > 20 ? [`  and ${media.length - 20} more`] : [])].join("\n");
}

/** The audit log of a database that an upgrade is still to change is left alone. */
function writeDown(dataDir: string, made: Poured): void {
  const db = openDatabase({ file: path.join(dataDir, "postern.db") });
  try {
    if (pendingMigrations(db).length > 0) return;
    const facts = { bytes: made.bytes, withMedia: made.manifest.withMedia, leftOut: made.leftOut.length };
    audit({ db, clock: systemClock } as House, { action: "backup.create", facts });
  } finally {
    db.close();
  }
}

function wordsFor(made: Made | Poured): string {
  const { bytes, manifest, leftOut } = made;
  const { media, withMedia, key } = manifest;
  const about = withMedia
    ? `It holds the database and ${media.length - leftOut.length} media.`
    : `It holds the database and the list of ${media.length} media, not the media themselves: keep a copy of the folder media, or use --with-media.`;
  return [
    `${"file" in made ? made.file : "The backup"} (${plainSize(bytes)})`,
    about,
    ...(manifest.sandbox
      ? [`What the sandbox remembers is in it${withMedia ? "" : ", without the films it received"}.`]
      : []),
    key
      ? `The master key is not in it. Keep your copy of the key with the fingerprint ${key.fingerprint} somewhere else.`
      : "Nothing in it is sealed yet, so it needs no key.",
    ...(leftOut.length > 0
      ? [`${leftOut.length} media are gone from the disk or damaged, and are not in it:\n${listed(leftOut)}`]
      : []),
  ].join("\n");
}

function factsOf({ bytes, manifest, leftOut, ...place }: Made | Poured): unknown {
  const { createdAt, postern, migrations, key, withMedia, database, media, sandbox = null } = manifest;
  return {
    ...place,
    bytes,
    createdAt,
    postern,
    migrations,
    key,
    withMedia,
    database,
    sandbox,
    media: media.length,
    leftOut: leftOut.map((entry) => entry.path),
  };
}
