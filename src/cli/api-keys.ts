/** create-api-key. */
import { audit, createApiKey, findByEmail, workspaceOf } from "../accounts/index.ts";
import { CommandError, needText, type Command } from "./command.ts";
import { openForCommand } from "./open.ts";

export const createApiKeyCommand: Command = {
  name: "create-api-key",
  about: "Makes a key for the REST API and prints it once.",
  usage: "--email ADDRESS --name NAME",
  options: { email: { type: "string" }, name: { type: "string" } },
  async run(values) {
    const email = needText(values, "email");
    const name = needText(values, "name");
    const opened = openForCommand({ needVault: false });
    try {
      const account = findByEmail(opened.house, email);
      const workspaceId = account && workspaceOf(opened.house, account.id);
      if (!account || !workspaceId) throw new CommandError(`There is no account with the address ${email}.`);
      const key = createApiKey(opened.house, { accountId: account.id, workspaceId, name, scopes: ["read", "write"] });
      audit(opened.house, { action: "api_key.created", accountId: account.id, workspaceId, target: key.id });
      return { text: key.secret, json: { id: key.id, key: key.secret, workspaceId, scopes: ["read", "write"] } };
    } finally {
      opened.close();
    }
  },
};
