/** Starts and stops the process, in an order you can read aloud. */
import { readConfig, ConfigError } from "./config/index.ts";
import { startServer } from "./server.ts";

// Whatever is written belongs to the account that runs Postern alone.
process.umask(0o077);

if (Number(process.versions.node.split(".")[0]) < 24) {
  console.error(`Postern needs Node 24 or newer; this is ${process.version}. Start it with: npm start`);
  process.exit(1);
}

try {
  const server = await startServer(readConfig());
  console.error(`Postern is ready at ${server.publicUrl}`);
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
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
