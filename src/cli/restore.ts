/** restore. */
import { restoreBackup, type Restored } from "../backups/index.ts";
import { systemClock } from "../clock.ts";
import { readConfig, type Config } from "../config/index.ts";
import type { Command } from "./command.ts";
import { inWords, listed, needFile, ownSandbox } from "./backup.ts";

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
    return { text: wordsFor(config, restored), json: factsOf(config.dataDir, restored) };
  },
};

function wordsFor(config: Config, restored: Restored): string {
  const { dataDir } = config;
  const { manifest, held, placed, missing } = restored;
  const waiting = held.due + held.underWay;
  return [
    `The backup of ${manifest.createdAt} is in ${dataDir}, with ${placed} media. See that the former Postern is stopped, then start this one.`,
    waiting > 0
      ? `${waiting} publications may have been published since then. They are held and ask you: look at each channel, then send it now or call it off.`
      : "No publication was due or under way between the backup and now.",
    ...aboutSandbox(config, restored),
    "Sessions, API keys and channels that were ended after the backup are back: end them again. Old sign-ins of a platform may have to be renewed under Channels.",
    ...(missing.length > 0
      ? [
          `${missing.length} media are missing. Copy the folder media of the former machine into ${dataDir}:`,
          listed(missing),
        ]
      : []),
  ].join("\n");
}

function aboutSandbox(config: Config, { sandbox }: Restored): string[] {
  switch (sandbox) {
    case "placed":
      return [
        "The sandbox came back as it was at the backup as well. It has forgotten what it published since then: what its feed does not show can be sent without being there twice.",
      ];
    case "kept":
      return [`The folder sandbox in ${config.dataDir} was left as it is.`];
    case "none":
      return ownSandbox(config)
        ? [
            "The backup does not hold what the sandbox remembers, so it will take no channel that was connected in it. Copy the folder sandbox of the former machine before you start, or reconnect under Channels.",
          ]
        : [];
  }
}

function factsOf(dataDir: string, { manifest, held, placed, missing, sandbox }: Restored): unknown {
  const { createdAt, postern, migrations, key } = manifest;
  return {
    dataDir,
    createdAt,
    postern,
    migrations,
    key,
    held,
    sandbox,
    media: { listed: manifest.media.length, placed, missing: missing.map((entry) => entry.path) },
  };
}
