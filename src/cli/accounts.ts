/** create-account and reset-password. */
import { randomBytes } from "node:crypto";
import { text } from "node:stream/consumers";
import {
  audit,
  changePassword,
  createAccount,
  EmailTaken,
  findByEmail,
  hashPassword,
  isEmail,
  passwordProblem,
  revokeOtherSessions,
} from "../accounts/index.ts";
import { CommandError, needText, type Command } from "./command.ts";
import { openForCommand } from "./open.ts";

export const createAccountCommand: Command = {
  name: "create-account",
  about: "Makes an account; without --password-stdin a password is made up and printed once.",
  usage: "--email ADDRESS --name NAME [--password-stdin]",
  options: { email: { type: "string" }, name: { type: "string" }, "password-stdin": { type: "boolean" } },
  async run(values) {
    const email = needText(values, "email");
    const name = needText(values, "name");
    if (!isEmail(email)) throw new CommandError(`${email} is not a whole address.`);
    const password = await passwordFor(values, { name, email });
    const passwordHash = await hashPassword(password.value);
    const opened = openForCommand({ needVault: false });
    try {
      const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
      const { accountId, workspaceId } = createAccount(opened.house, { email, name, passwordHash, timeZone });
      audit(opened.house, { action: "auth.sign_up", accountId, workspaceId, facts: { from: "command line" } });
      return {
        text: `The account ${email} is ready.${password.made ? `\nIts password, shown this once: ${password.value}` : ""}`,
        json: { accountId, workspaceId, email, ...(password.made ? { password: password.value } : {}) },
      };
    } catch (error) {
      if (error instanceof EmailTaken) throw new CommandError(error.message);
      throw error;
    } finally {
      opened.close();
    }
  },
};

export const resetPasswordCommand: Command = {
  name: "reset-password",
  about: "Gives an account a new password and ends all its sessions.",
  usage: "--email ADDRESS [--password-stdin]",
  options: { email: { type: "string" }, "password-stdin": { type: "boolean" } },
  async run(values) {
    const email = needText(values, "email");
    const opened = openForCommand({ needVault: false });
    try {
      const account = findByEmail(opened.house, email);
      if (!account) throw new CommandError(`There is no account with the address ${email}.`);
      const password = await passwordFor(values, account);
      changePassword(opened.house, account.id, await hashPassword(password.value));
      const ended = revokeOtherSessions(opened.house, account.id, null);
      audit(opened.house, { action: "account.password_reset", accountId: account.id, facts: { ended } });
      return {
        text: `The password of ${email} is changed and ${ended} sessions are ended.${password.made ? `\nThe new password, shown this once: ${password.value}` : ""}`,
        json: { accountId: account.id, endedSessions: ended, ...(password.made ? { password: password.value } : {}) },
      };
    } finally {
      opened.close();
    }
  },
};

async function passwordFor(
  values: Record<string, string | boolean | undefined>,
  about: { name: string; email: string },
): Promise<{ value: string; made: boolean }> {
  if (!values["password-stdin"]) return { value: randomBytes(15).toString("base64url"), made: true };
  const value = (await text(process.stdin)).replace(/\r?\n$/, "");
  const problem = passwordProblem(value, about);
  if (problem) throw new CommandError(problem);
  return { value, made: false };
}
