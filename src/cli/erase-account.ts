/** erase-account. */
import { createInterface } from "node:readline/promises";
import type { Erased, ReceiptWords } from "../account-data/index.ts";
import { findByEmail } from "../accounts/index.ts";
import { CommandError, needText, type Command } from "./command.ts";
import { openForCommand, type Opened } from "./open.ts";

type Room = typeof import("../account-data/index.ts");

export const eraseAccountCommand: Command = {
  name: "erase-account",
  about: "Withdraws an account's channels at their platforms and erases all of it; the server may keep running.",
  usage: "--email ADDRESS [--hand-to ADDRESS] [--yes]",
  options: { email: { type: "string" }, "hand-to": { type: "string" }, yes: { type: "boolean" } },
  async run(values) {
    const email = needText(values, "email");
    // Only here: loading every room would make every command wait.
    const room = await import("../account-data/index.ts");
    const opened = openForCommand({ needVault: true });
    let who: { id: string; heir: string | null };
    try {
      who = find(opened, email, typeof values["hand-to"] === "string" ? values["hand-to"] : null);
      const { reasons } = room.standingOf(opened.house, who.id, who.heir);
      if (reasons.length > 0) throw new CommandError(new room.CannotErase(reasons).message);
      if (values["yes"] !== true) await ask(opened, who.id, email);
    } finally {
      opened.close();
    }
    const erased = await eraseBeside(room, opened, who);
    return {
      text: wordsFor(room.receiptOf(erased, { forOperator: true })),
      json: { ...erased, erasedAt: new Date(erased.erasedAt).toISOString() },
    };
  },
};

function find(opened: Opened, email: string, heirEmail: string | null): { id: string; heir: string | null } {
  const account = findByEmail(opened.house, email);
  if (!account) throw new CommandError(`There is no account with the address ${email}.`);
  if (heirEmail === null) return { id: account.id, heir: null };
  const heir = findByEmail(opened.house, heirEmail);
  if (!heir || heir.id === account.id)
    throw new CommandError(`There is no other account with the address ${heirEmail}. Nothing was erased.`);
  if (account.is_owner !== 1)
    throw new CommandError(`${email} does not own this install, so there is nothing to hand over. Nothing was erased.`);
  return { id: account.id, heir: heir.id };
}

/** Throws CommandError unless the address is typed again on a terminal. */
async function ask(opened: Opened, id: string, email: string): Promise<void> {
  if (!process.stdin.isTTY)
    throw new CommandError("Erasing cannot be undone. On a terminal you are asked; in a script, add --yes.");
  const count = (sql: string): number => opened.db.get<{ n: number }>(sql, [id])!.n;
  const posts = count(
    "SELECT COUNT(*) AS n FROM posts JOIN memberships USING (workspace_id) WHERE memberships.account_id = ?",
  );
  const line = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const typed = await line.question(
      `This withdraws every channel of ${email}, calls off what is scheduled, and erases the account with ${posts} posts and all media. It cannot be undone.\nType the address again to go on: `,
    );
    if (typed.trim().toLowerCase() !== email.toLowerCase())
      throw new CommandError("That is another address. Nothing was erased.");
  } finally {
    line.close();
  }
}

/** With every room at hand, but nothing that runs jobs or listens. */
async function eraseBeside(
  { eraseAccount, CannotErase }: Room,
  { config }: Opened,
  who: { id: string; heir: string | null },
): Promise<Erased> {
  const { wire } = await import("../wiring.ts");
  const wired = wire(config, { port: config.port, logTo: { write: () => undefined }, beside: true });
  try {
    return await eraseAccount(wired, who.id, who.heir);
  } catch (error) {
    if (error instanceof CannotErase) throw new CommandError(error.message);
    throw error;
  } finally {
    await wired.close();
  }
}

function wordsFor({ withdrawn, erased, stays }: ReceiptWords): string {
  const list = (title: string, lines: string[]): string => [title, ...lines.map((line) => `  ${line}`)].join("\n");
  return [list("Withdrawn:", withdrawn), list("Erased:", erased), list("Stays:", stays)].join("\n");
}
