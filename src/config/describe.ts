/** Settings as text: what is in force with secrets hidden, and the example file. */
import type { Config } from "./config.ts";
import { settings } from "./schema.ts";

/** One row a setting: name, value as text ("(hidden)" for secrets, "" when unset), what it is for. */
export function settingsTable(config: Config): Array<{ name: string; value: string; about: string }> {
  return Object.entries(settings).map(([name, setting]) => {
    const value = config.effective[name] ?? impliedBy(config, name);
    const shown = value === undefined ? "" : setting.secret ? "(hidden)" : String(value);
    return { name, value: shown, about: setting.about };
  });
}

/** What is in force although nobody set it, because it follows from another setting. */
function impliedBy(config: Config, name: string): string | undefined {
  return name === "MASTER_KEY_FILE" && config.masterKey === null ? config.masterKeyFile : undefined;
}

/** The text of .env.example; a test keeps the file equal to it. */
export function envExample(): string {
  const lines = ["# Every setting of Postern. All are optional; uncomment what you change.", ""];
  for (const [name, setting] of Object.entries(settings)) {
    if (setting.about) lines.push(`# ${setting.about}`);
    lines.push(`# ${name}=${setting.example}`);
    if (setting.about && !name.endsWith("_CLIENT_ID")) lines.push("");
  }
  return `${lines.join("\n").trimEnd()}\n`;
}
