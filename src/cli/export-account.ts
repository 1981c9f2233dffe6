/** export-account. */
import path from "node:path";
import type { Exported, Saved } from "../account-data/index.ts";
import { audit, findByEmail } from "../accounts/index.ts";
import { CommandError, needText, type Command, type CommandResult } from "./command.ts";
import { openForCommand } from "./open.ts";
import { plainSize } from "./backup.ts";

export const exportAccountCommand: Command = {
  name: "export-account",
  about:
    "Writes everything held on an account into one tar file: JSON and media, no secrets; the server may keep running.",
  usage: "--email ADDRESS [--to FILE|DIR|-]",
  options: { email: { type: "string" }, to: { type: "string" } },
  async run(values) {
    const email = needText(values, "email");
    // Only here: loading every room would make every command wait.
    const { ExportError, pourExport, saveExport } = await import("../account-data/index.ts");
    const to = typeof values["to"] === "string" ? values["to"] : ".";
    const opened = openForCommand({ needVault: false });
    try {
      const account = findByEmail(opened.house, email);
      if (!account) throw new CommandError(`There is no account with the address ${email}.`);
      const result =
        to === "-"
          ? asPoured(await pourExport(opened.house, account.id, process.stdout))
          : asSaved(await saveExport(opened.house, account.id, path.resolve(to)));
      audit(opened.house, { action: "account.exported", accountId: account.id, facts: { from: "command line" } });
      return result;
    } catch (error) {
      if (error instanceof ExportError) throw new CommandError(error.message);
      throw error;
    } finally {
      opened.close();
    }
  },
};

function asSaved(saved: Saved): CommandResult {
  const text = [`${saved.file} (${plainSize(saved.bytes)})`, contents(saved)].join("\n");
  return { text, json: saved, code: saved.missing.length > 0 ? 1 : 0 };
}

/** Standard output holds the archive, so what there is to say goes beside it. */
function asPoured(done: Exported): CommandResult {
  return { text: contents(done), json: done, code: done.missing.length > 0 ? 1 : 0, beside: true };
}

function contents({ workspaces, posts, media, missing }: Exported): string {
  const inside = `It holds the account, ${workspaces} workspaces, ${posts} posts and ${media} media files, and no secret. Keep it where nobody else reads.`;
  if (missing.length === 0) return inside;
  return `${inside}\n${missing.length} files are gone from the disk or damaged, and are not in it:\n${missing.map((name) => `  ${name}`).join("\n")}`;
}
