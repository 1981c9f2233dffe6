/** rotate-key. */
import { audit } from "../accounts/index.ts";
import { systemClock } from "../clock.ts";
import { rotateDataKey } from "../vault/index.ts";
import type { Command } from "./command.ts";
import { openForCommand } from "./open.ts";

export const rotateKeyCommand: Command = {
  name: "rotate-key",
  about: "Seals every stored secret again under a fresh key; the server may keep running.",
  usage: "",
  options: {},
  async run() {
    const opened = openForCommand({ needVault: true });
    try {
      const { kid, moved } = rotateDataKey(opened.db, opened.vault, systemClock.now());
      audit(opened.house, { action: "key.rotated", facts: { kid, moved } });
      return { text: `The key ${kid} is in use; ${moved} secrets were sealed again.`, json: { kid, moved } };
    } finally {
      opened.close();
    }
  },
};
