/** doctor: checks everything and says what to do. */
import { systemClock } from "../clock.ts";
import { ConfigError, readConfig, type Config } from "../config/index.ts";
import { holdDataFolder } from "../database/index.ts";
import { createOutbound } from "../outbound/index.ts";
import type { Vault } from "../vault/index.ts";
import { note, ok, wrong, type Finding } from "./checks/finding.ts";
import { dataFolder, ffmpeg } from "./checks/machine.ts";
import { clockOutside, publicAddress, reached } from "./checks/outside.ts";
import { stored } from "./checks/stored.ts";
import type { Command } from "./command.ts";

export type { Finding };

export const doctorCommand: Command = {
  name: "doctor",
  about:
    "Checks settings, key, folder, database, clock and helpers, asks PUBLIC_URL from outside, and says what to do.",
  usage: "",
  options: {},
  async run() {
    const findings = await examine();
    const broken = findings.filter((finding) => finding.state === "wrong").length;
    const lines = findings.map(
      (one) =>
        `${one.state === "ok" ? "ok   " : one.state === "wrong" ? "WRONG" : "note "}  ${one.check}: ${one.message}${one.remedy ? `\n         ${one.remedy}` : ""}`,
    );
    return {
      text: [...lines, broken ? `${broken} to mend.` : "Nothing is wrong."].join("\n"),
      json: { findings, wrong: broken },
      code: broken ? 1 : 0,
    };
  },
};

/** Every check, in the order in which one depends on the other; settings as readConfig takes them. */
export async function examine(environment?: NodeJS.ProcessEnv, envFile?: string): Promise<Finding[]> {
  let config: Config;
  try {
    config = readConfig(environment, envFile);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.faults.map((fault) => wrong("settings", fault, "Mend it in the environment or in .env."));
  }
  const { findings, vault } = stored(config, systemClock);
  return [
    ok("settings", "all readable"),
    ...dataFolder(config),
    ...findings,
    publicAddress(config),
    ...(await outside(config, vault)),
    ffmpeg(),
  ];
}

async function outside(config: Config, vault: Vault | null): Promise<Finding[]> {
  const local = `http://127.0.0.1:${config.port}`;
  const outbound = createOutbound({
    mode: config.platformMode,
    sandboxUrl: config.platformSandboxUrl ?? `${local}/sandbox`,
    sandboxBrowserUrl: config.platformSandboxUrl ?? `${local}/sandbox`,
    log: { debug: () => undefined },
  });
  try {
    const clock = await clockOutside({ config, clock: systemClock, outbound });
    if (vault === null || config.publicUrl === null) return clock;
    if (!isRunning(config.dataDir)) return [...clock, notAsked(config.publicUrl)];
    return [...clock, ...(await reached({ config, clock: systemClock, outbound, vault }))];
  } finally {
    await outbound.close();
  }
}

/** Whether another process holds the data folder. */
function isRunning(dataDir: string): boolean {
  try {
    holdDataFolder(dataDir)();
    return false;
  } catch {
    return true;
  }
}

function notAsked(publicUrl: string): Finding {
  return note(
    "media from outside",
    `Postern is not running, so ${publicUrl} was not asked`,
    "Start it and run doctor again: it then checks that platforms can fetch media and send people back.",
  );
}
