/** Finds the command, reads its options, prints what it says. */
import { parseArgs } from "node:util";
import { ConfigError } from "../config/index.ts";
import { CommandError, type Command } from "./command.ts";
import { createAccountCommand, resetPasswordCommand } from "./accounts.ts";
import { createApiKeyCommand } from "./api-keys.ts";
import { configCommand, migrateCommand } from "./maintenance.ts";
import { doctorCommand } from "./doctor.ts";
import { rotateKeyCommand } from "./rotate-key.ts";
import { backupCommand } from "./backup.ts";
import { verifyBackupCommand } from "./verify-backup.ts";
import { restoreCommand } from "./restore.ts";
import { exportAccountCommand } from "./export-account.ts";
import { eraseAccountCommand } from "./erase-account.ts";

export const commands: readonly Command[] = [
  createAccountCommand,
  createApiKeyCommand,
  resetPasswordCommand,
  migrateCommand,
  configCommand,
  doctorCommand,
  rotateKeyCommand,
  backupCommand,
  verifyBackupCommand,
  restoreCommand,
  exportAccountCommand,
  eraseAccountCommand,
];

const shared = { json: { type: "boolean" }, help: { type: "boolean", short: "h" } } as const;

/** Returns the exit code: 0 done, 1 refused or failed, 2 called wrongly. */
export async function runCommand(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  const command = commands.find((known) => known.name === name);
  if (!command) {
    const asked = name === undefined || name === "--help" || name === "-h" || name === "help";
    console[asked ? "log" : "error"](asked ? overview() : `There is no command "${name}".\n\n${overview()}`);
    return asked ? 0 : 2;
  }
  try {
    const { values, positionals } = parseArgs({
      args: rest,
      options: { ...command.options, ...shared },
      allowPositionals: command.positionals ?? false,
    });
    if (values["help"]) {
      console.log(`${command.about}\n\n  ${[command.name, command.usage].filter(Boolean).join(" ")} [--json] [--help]`);
      return 0;
    }
    const result = await command.run(values as Record<string, string | boolean | undefined>, positionals);
    console[result.beside ? "error" : "log"](values["json"] ? JSON.stringify(result.json) : result.text);
    return result.code ?? 0;
  } catch (error) {
    const wrongCall = (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS") ?? false;
    const message = messageOf(error);
    if (rest.includes("--json")) console.log(JSON.stringify({ error: message }));
    console.error(wrongCall ? `${message}\n\n  ${command.name} ${command.usage}` : message);
    if (!(error instanceof CommandError || error instanceof ConfigError || wrongCall) && process.stderr.isTTY)
      console.error(error);
    return wrongCall ? 2 : 1;
  }
}

function messageOf(error: unknown): string {
  if ((error as { code?: string } | null)?.code?.startsWith("SQLITE_BUSY"))
    return "Another process kept the database busy, so this was given up. What was done stays done: wait a moment, then run it again.";
  return error instanceof Error ? error.message : String(error);
}

function overview(): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  return `Commands, each with --json and --help:\n${commands.map((command) => `  ${command.name.padEnd(width)}  ${command.about}`).join("\n")}`;
}
