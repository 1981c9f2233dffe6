/** A command line of its own for the crash run: loads everything, says so, and begins when told; then it may be killed at work. */
import path from "node:path";
import { parseArgs } from "node:util";
import { runCommand } from "../../src/cli/run.ts";
import { readConfig } from "../../src/config/index.ts";
import { migrate, openDatabase } from "../../src/database/index.ts";

const { positionals } = parseArgs({ allowPositionals: true, strict: false });
process.umask(0o077);
process.stdout.write("loaded\n");
await new Promise((resolve) => process.stdin.once("data", resolve));

if (positionals[0] === "migrate-copy") {
  // A copy of a database and a folder of migrations that this version does not have.
  const [, file = "", folder = ""] = positionals;
  const db = openDatabase({ file });
  migrate(db, { now: Date.now(), folder, backupFolder: path.join(path.dirname(file), "backups") });
  db.close();
} else {
  readConfig();
  process.exitCode = await runCommand(process.argv.slice(2));
}
process.exit();
