/** migrate and config. */
import path from "node:path";
import { systemClock } from "../clock.ts";
import { readConfig, settingsTable } from "../config/index.ts";
import { holdDataFolder, migrate, openDatabase } from "../database/index.ts";
import type { Command } from "./command.ts";

export const migrateCommand: Command = {
  name: "migrate",
  about: "Brings the database up to date after a backup of it; the server must be stopped.",
  usage: "",
  options: {},
  async run() {
    const config = readConfig();
    const letGo = holdDataFolder(config.dataDir);
    const db = openDatabase({ file: path.join(config.dataDir, "postern.db") });
    try {
      const applied = migrate(db, { now: systemClock.now(), backupFolder: path.join(config.dataDir, "backups") });
      return {
        text: applied.length ? `Applied: ${applied.join(", ")}` : "The database is up to date.",
        json: { applied },
      };
    } finally {
      db.close();
      letGo();
    }
  },
};

export const configCommand: Command = {
  name: "config",
  about: "Shows the settings in force; secrets are hidden.",
  usage: "",
  options: {},
  async run() {
    const table = settingsTable(readConfig());
    const width = Math.max(...table.map((row) => row.name.length));
    return {
      text: table.map((row) => `${row.name.padEnd(width)}  ${row.value || "(not set)"}`).join("\n"),
      json: Object.fromEntries(table.map((row) => [row.name, row.value])),
    };
  },
};
