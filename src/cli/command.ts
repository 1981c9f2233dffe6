/** What a command is: a name, its options, and a run that returns what it has to say. */
import type { ParseArgsConfig } from "node:util";

export interface CommandResult {
  /** For people. */
  text: string;
  /** For scripts, with --json. */
  json: unknown;
  /** 0 unless something is wrong. */
  code?: number;
  /** Standard output holds something else: this is said on standard error. */
  beside?: boolean;
}

export interface Command {
  name: string;
  about: string;
  /** "--email ADDRESS --name NAME" */
  usage: string;
  options: NonNullable<ParseArgsConfig["options"]>;
  positionals?: boolean;
  run(values: Record<string, string | boolean | undefined>, positionals: string[]): Promise<CommandResult>;
}

/** Something the operator can mend; shown without a stack. */
export class CommandError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CommandError";
  }
}

export function needText(values: Record<string, string | boolean | undefined>, name: string): string {
  const value = values[name];
  if (typeof value !== "string" || value.trim() === "") throw new CommandError(`--${name} is needed.`);
  return value.trim();
}
