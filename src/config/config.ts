/** Reads the environment and .env, checks every value, reports every fault at once, and freezes the result. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseEnv } from "node:util";
import { settings } from "./schema.ts";

export interface Config {
  port: number;
  host: string;
  /** Origin without a trailing slash; null until the port is known when it was not given. */
  publicUrl: string | null;
  dataDir: string;
  masterKeyFile: string;
  masterKey: string | null;
  platformMode: "sandbox" | "live";
  /** null = our own /sandbox. */
  platformSandboxUrl: string | null;
  logLevel: string;
  maxUploadBytes: number;
  trustProxy: string | null;
  allowPrivateHosts: readonly string[];
  /** mailto: or https:, for security.txt. */
  securityContact: string | null;
  /** App credentials by platform id, where both halves are set. */
  apps: Readonly<Record<string, { clientId: string; clientSecret: string }>>;
  /** By platform id: the vendor's name for a set of permissions that is kept with the app there. */
  loginConfigurations: Readonly<Record<string, string>>;
  /** Effective values by name, for `config` and the admin page; secrets are hidden there. */
  effective: Readonly<Record<string, unknown>>;
}

/** Bad settings: `faults` has one sentence for each. */
export class ConfigError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`Postern did not start, because of its settings:\n${faults.map((fault) => `  - ${fault}`).join("\n")}`);
    this.name = "ConfigError";
    this.faults = faults;
  }
}

/** The process environment wins over .env. Throws ConfigError. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env, envFile = ".env"): Config {
  const fromFile = existsSync(envFile) ? parseEnv(readFileSync(envFile, "utf8")) : {};
  const faults = Object.keys(fromFile)
    .filter((name) => !(name in settings))
    .map((name) => `${name} in ${envFile} is not a setting of Postern.`);
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(settings)) {
    const raw = environment[name] || fromFile[name] || undefined;
    const result = setting.form.safeParse(raw);
    if (result.success) values[name] = result.data;
    else faults.push(`${name} ${result.error.issues.map((issue) => issue.message).join(", ")}.`);
  }
  faults.push(...halfApps(values));
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(shape(values));
}

function shape(values: Record<string, unknown>): Config {
  const dataDir = path.resolve(String(values["DATA_DIR"]));
  return {
    port: values["PORT"] as number,
    host: values["HOST"] as string,
    publicUrl: (values["PUBLIC_URL"] as string | undefined) ?? null,
    dataDir,
    masterKeyFile: path.resolve((values["MASTER_KEY_FILE"] as string | undefined) ?? path.join(dataDir, "postern.key")),
    masterKey: (values["MASTER_KEY"] as string | undefined) ?? null,
    platformMode: values["PLATFORM_MODE"] as "sandbox" | "live",
    platformSandboxUrl: (values["PLATFORM_SANDBOX_URL"] as string | undefined)?.replace(/(?<!\/)\/+$/, "") ?? null,
    logLevel: values["LOG_LEVEL"] as string,
    maxUploadBytes: (values["MAX_UPLOAD_MB"] as number) * 1_000_000,
    trustProxy: (values["TRUST_PROXY"] as string | undefined) ?? null,
    allowPrivateHosts: String(values["ALLOW_PRIVATE_HOSTS"])
      .split(",")
      .map((host) => host.trim())
      .filter(Boolean),
    securityContact: (values["SECURITY_CONTACT"] as string | undefined) ?? null,
    apps: apps(values),
    loginConfigurations: loginConfigurations(values),
    effective: Object.freeze({ ...values }),
  };
}

function apps(values: Record<string, unknown>): Config["apps"] {
  const found: Record<string, { clientId: string; clientSecret: string }> = {};
  for (const name of appNames(values)) {
    const clientId = values[`${name}_CLIENT_ID`];
    const clientSecret = values[`${name}_CLIENT_SECRET`];
    if (typeof clientId === "string" && typeof clientSecret === "string")
      found[name.toLowerCase()] = { clientId, clientSecret };
  }
  return Object.freeze(found);
}

function loginConfigurations(values: Record<string, unknown>): Config["loginConfigurations"] {
  const id = values["FACEBOOK_CONFIG_ID"];
  const found: Record<string, string> = typeof id === "string" ? { facebook: id } : {};
  return Object.freeze(found);
}

function halfApps(values: Record<string, unknown>): string[] {
  return appNames(values)
    .filter((name) => (values[`${name}_CLIENT_ID`] === undefined) !== (values[`${name}_CLIENT_SECRET`] === undefined))
    .map((name) => `${name}_CLIENT_ID and ${name}_CLIENT_SECRET go together: set both or neither.`);
}

function appNames(values: Record<string, unknown>): string[] {
  return Object.keys(values)
    .filter((name) => name.endsWith("_CLIENT_ID"))
    .map((name) => name.slice(0, -"_CLIENT_ID".length));
}
