/** Starts and stops the process, in an order you can read aloud. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { readConfig, ConfigError } from "./config/index.ts";
import { startServer } from "./server.ts";

// Whatever is written belongs to the account that runs Postern alone.
process.umask(0o077);

if (Number(process.versions.node.split(".")[0]) < 24) {
  console.error(`Postern needs Node 24 or newer; this is ${process.version}. Start it with: npm start`);
  process.exit(1);
}

const STOP_WITHIN_MS = 9500;

try {
  const server = await startServer(readConfig());
  console.error(`Postern is ready at ${server.publicUrl}`);
  giveBackMemory();
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    // What would hold it up longer than this is safe to cut: every outside effect is written down before it happens.
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    void server.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
} catch (error) {
  if (error instanceof ConfigError) console.error(error.message);
  else console.error(`Postern did not start: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

/** Loading leaves garbage between what stays. One thorough collection, while nobody waits yet, takes 10 MB off a process at rest. */
function giveBackMemory(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as (how: object) => void;
  collect({ type: "major", execution: "sync", flavor: "last-resort" });
  // Else everything is looked through again for each ten megabytes of an upload that pass: three times the processor time.
  setFlagsFromString("--heap-growing-percent=100");
}
