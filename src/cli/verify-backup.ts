/** verify-backup. */
import { checkBackup, type Checked } from "../backups/index.ts";
import { readConfig } from "../config/index.ts";
import type { Command } from "./command.ts";
import { inWords, listed, needFile } from "./backup.ts";

export const verifyBackupCommand: Command = {
  name: "verify-backup",
  about:
    "Checks every byte of a backup, and whether it could be restored here; --media also reads the media here; changes nothing.",
  usage: "FILE [--media]",
  options: { media: { type: "boolean" } },
  positionals: true,
  async run(values, positionals) {
    const file = needFile(positionals);
    const checked = await inWords(() => checkBackup(file, readConfig(), { readHere: values["media"] === true }));
    const code = (checked.changedHere ?? []).length > 0 ? 1 : 0;
    return { text: wordsFor(file, checked), json: factsOf(file, checked), code };
  },
};

function wordsFor(file: string, { manifest, key, included, absentHere, missing, changedHere }: Checked): string {
  const { media, withMedia, createdAt, postern } = manifest;
  const outside = media.length - included.size;
  return [
    `${file} is whole: made ${createdAt} by Postern ${postern}, and this version knows its database.`,
    `Key: ${key.message}`,
    withMedia
      ? `Media: ${included.size} inside${outside > 0 ? `, ${outside} could not be read when it was made` : ""}.`
      : `Media: ${media.length} are listed; the files themselves are not inside.`,
    ...(manifest.sandbox ? ["What the sandbox remembers is inside."] : []),
    `On this machine ${absentHere.length} of them are missing${absentHere.length === 0 ? "." : withMedia ? `; ${missing.length} of those are not inside either.` : ":"}`,
    ...(missing.length > 0 ? [listed(missing)] : []),
    ...(changedHere === null
      ? []
      : changedHere.length === 0
        ? ["Those on this machine were read and are what the backup says."]
        : [`${changedHere.length} of those on this machine are damaged:`, listed(changedHere)]),
  ].join("\n");
}

function factsOf(file: string, { manifest, key, included, absentHere, missing, changedHere }: Checked): unknown {
  return {
    file,
    whole: true,
    ...manifest,
    key: { ...key, ...manifest.key },
    media: {
      listed: manifest.media.length,
      inside: included.size,
      absentHere: absentHere.map((entry) => entry.path),
      missing: missing.map((entry) => entry.path),
      ...(changedHere === null ? {} : { damagedHere: changedHere.map((entry) => entry.path) }),
    },
  };
}
