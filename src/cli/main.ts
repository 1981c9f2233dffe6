/** The operator's command line: `npm run cli -- <command>`, `postern <command>` in the container. */
if (Number(process.versions.node.split(".")[0]) < 24) {
  console.error(`Postern needs Node 24 or newer; this is ${process.version}. Start it with: npm run cli -- <command>`);
  process.exit(1);
}
// Whatever is written belongs to the account that runs Postern alone.
process.umask(0o077);
const { runCommand } = await import("./run.ts");
process.exitCode = await runCommand(process.argv.slice(2));
