/** doctor: checks everything and says what to do. */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, mkdirSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { systemClock } from "../clock.ts";
import { ConfigError, readConfig, type Config } from "../config/index.ts";
import { newerMigrations, openDatabase, pendingMigrations } from "../database/index.ts";
import { readSetting } from "../accounts/index.ts";
import { openVault, readMasterKey } from "../vault/index.ts";
import type { House } from "../house.ts";
import type { Command } from "./command.ts";

export interface Finding {
  check: string;
  state: "ok" | "worth knowing" | "wrong";
  message: string;
  remedy: string;
}

export const doctorCommand: Command = {
  name: "doctor",
  about: "Checks settings, key, folder, database and helpers, and says what to do.",
  usage: "",
  options: {},
  async run() {
    const findings = examine();
    const wrong = findings.filter((finding) => finding.state === "wrong").length;
    const lines = findings.map(
      (one) =>
        `${one.state === "ok" ? "ok   " : one.state === "wrong" ? "WRONG" : "note "}  ${one.check}: ${one.message}${one.remedy ? `\n         ${one.remedy}` : ""}`,
    );
    return {
      text: [...lines, wrong ? `${wrong} to mend.` : "Nothing is wrong."].join("\n"),
      json: { findings, wrong },
      code: wrong ? 1 : 0,
    };
  },
};

const ok = (check: string, message: string): Finding => ({ check, state: "ok", message, remedy: "" });
const note = (check: string, message: string, remedy: string): Finding => ({
  check,
  state: "worth knowing",
  message,
  remedy,
});
const wrong = (check: string, message: string, remedy: string): Finding => ({ check, state: "wrong", message, remedy });

/** Every check, in the order in which one depends on the other. */
export function examine(): Finding[] {
  let config: Config;
  try {
    config = readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.faults.map((fault) => wrong("settings", fault, "Mend it in the environment or in .env."));
  }
  return [ok("settings", "all readable"), ...folder(config), ...database(config), publicUrl(config), ffmpeg()];
}

function folder(config: Config): Finding[] {
  const findings: Finding[] = [];
  try {
    mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
    accessSync(config.dataDir, constants.W_OK);
    const probe = path.join(config.dataDir, `.doctor-${process.pid}`);
    writeFileSync(probe, "x");
    const drift = Math.abs(statSync(probe).mtimeMs - systemClock.now());
    rmSync(probe);
    findings.push(ok("data folder", `${config.dataDir} is writable`));
    findings.push(
      drift < 60_000
        ? ok("clock", "agrees with the disk's")
        : wrong(
            "clock",
            `it is ${Math.round(drift / 1000)} seconds off the disk's`,
            "Set the machine's time (timedatectl set-ntp true); posts go out by it.",
          ),
    );
  } catch (error) {
    const full = (error as { code?: string }).code === "ENOSPC";
    return [
      wrong(
        "data folder",
        full ? `the disk of ${config.dataDir} is full` : `${config.dataDir} cannot be written`,
        full
          ? "Free some space; nothing can be published until then."
          : `Give it to the account that runs Postern: chown -R <account> ${config.dataDir}`,
      ),
    ];
  }
  const disk = statfsSync(config.dataDir);
  const free = disk.bavail * disk.bsize;
  const text = `${(free / 1e9).toFixed(1)} GB free`;
  findings.push(
    free > 2e9
      ? ok("disk", text)
      : free > 1e8
        ? note("disk", text, "Large videos may not fit; free some space.")
        : wrong("disk", text, "Free some space; nothing can be published when it is full."),
  );
  return findings;
}

function database(config: Config): Finding[] {
  const file = path.join(config.dataDir, "postern.db");
  if (!existsSync(file)) return [note("database", "there is none yet", "It is made at the first start.")];
  let db: House["db"];
  try {
    db = openDatabase({ file, readonly: true });
    if (db.sqlite.pragma("quick_check(1)", { simple: true }) !== "ok")
      throw new Error("pages of it do not fit together");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [wrong("database", `it is damaged (${why})`, "Stop Postern and go back to a backup.")];
  }
  try {
    const newer = newerMigrations(db);
    if (newer.length)
      return [
        wrong(
          "database",
          `it was made by a newer Postern (${newer.join(", ")})`,
          "Install that version again, or restore a backup.",
        ),
      ];
    const pending = pendingMigrations(db);
    const findings = [
      pending.length
        ? wrong(
            "database",
            `${pending.length} migrations are pending`,
            "Stop Postern and run: migrate (a start does it as well)",
          )
        : ok("database", "up to date"),
    ];
    if (pending.length) return findings;
    return [...findings, ...key(config, db)];
  } finally {
    db.close();
  }
}

function key(config: Config, db: House["db"]): Finding[] {
  try {
    const vault = openVault(db, readMasterKey(config, false), systemClock);
    if (vault.locked !== null) return [wrong("key", vault.locked, "Put your copy of the key in place.")];
    const copied = readSetting({ db } as House, "key_copy_confirmed_at") !== null;
    return [
      ok("key", `fits (${vault.fingerprint})`),
      copied
        ? ok("copy of the key", "confirmed")
        : note(
            "copy of the key",
            "nobody has confirmed that a copy is kept elsewhere",
            `Copy ${config.masterKeyFile} to another place, then confirm it under Administration.`,
          ),
    ];
  } catch (error) {
    return [wrong("key", error instanceof Error ? error.message : String(error), "Mend the key file.")];
  }
}

function publicUrl(config: Config): Finding {
  if (config.publicUrl === null) {
    const remedy =
      "Set PUBLIC_URL to the https address people use; platforms send people back to it and fetch media from it.";
    return config.platformMode === "live"
      ? wrong("public address", "PUBLIC_URL is not set", remedy)
      : note("public address", "PUBLIC_URL is not set; good enough for the sandbox", remedy);
  }
  if (config.platformMode === "live" && !config.publicUrl.startsWith("https:"))
    return wrong(
      "public address",
      `${config.publicUrl} is not https`,
      "Put a reverse proxy with TLS before Postern; the platforms accept nothing else.",
    );
  return ok("public address", config.publicUrl);
}

function ffmpeg(): Finding {
  const found = spawnSync("ffmpeg", ["-version"], { stdio: "ignore" }).status === 0;
  return found
    ? ok("ffmpeg", "found")
    : note("ffmpeg", "not found", "Videos get no poster frame without it: apt-get install ffmpeg");
}
