/** restore. */
import { restoreBackup, type Restored } from "../backups/index.ts";
import { systemClock } from "../clock.ts";
import { readConfig } from "../config/index.ts";
import type { Command } from "./command.ts";
import { inWords, listed, needFile } from "./backup.ts";

export const restoreCommand: Command = {
  name: "restore",
  about: "Puts a backup into an empty DATA_DIR after checking all of it; the server must be stopped.",
  usage: "FILE",
  options: {},
  positionals: true,
  async run(_values, positionals) {
    const file = needFile(positionals);
    const config = readConfig();
    const restored = await inWords(() => restoreBackup(file, config, systemClock));
    return { text: wordsFor(config.dataDir, restored), json: factsOf(config.dataDir, restored) };
  },
};

function wordsFor(dataDir: string, { manifest, held, placed, missing }: Restored): string {
  const waiting = held.due + held.underWay;
  return [
    `The backup of ${manifest.createdAt} is in ${dataDir}, with ${placed} media. See that the former Postern is stopped, then start this one.`,
    waiting > 0
      ? `${waiting} publications may have been published since then. They are held and ask you: look at each channel, then send it now or call it off.`
      : "No publication was due or under way between the backup and now.",
    "Sessions, API keys and channels that were ended after the backup are back: end them again. Old sign-ins of a platform may have to be renewed under Channels.",
    ...(missing.length > 0
      ? [
          `${missing.length} media are missing. Copy the folder media of the former machine into ${dataDir}:`,
          listed(missing),
        ]
      : []),
  ].join("\n");
}

function factsOf(dataDir: string, { manifest, held, placed, missing }: Restored): unknown {
  const { createdAt, postern, migrations, key } = manifest;
  return {
    dataDir,
    createdAt,
    postern,
    migrations,
    key,
    held,
    media: { listed: manifest.media.length, placed, missing: missing.map((entry) => entry.path) },
  };
}
