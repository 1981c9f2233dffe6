/** Finds or makes the master key: 32 bytes that live outside the database and outside every backup. */
import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import path from "node:path";

export interface MasterKeySource {
  masterKey: string | null;
  masterKeyFile: string;
}

export function masterKeyExists(source: MasterKeySource): boolean {
  return source.masterKey !== null || existsSync(source.masterKeyFile);
}

/**
 * Returns the key, or null when there is none and `mayMake` is false (sealed values exist that a new key could not open).
 * Throws a sentence for an operator when the file is readable by others or does not hold 32 bytes of base64.
 */
export function readMasterKey(source: MasterKeySource, mayMake: boolean): Buffer | null {
  if (source.masterKey !== null) return Buffer.from(source.masterKey, "base64");
  if (existsSync(source.masterKeyFile)) return readKeyFile(source.masterKeyFile);
  return mayMake ? makeKeyFile(source.masterKeyFile) : null;
}

function readKeyFile(file: string): Buffer {
  if (process.platform !== "win32" && (statSync(file).mode & 0o077) !== 0) {
    throw new Error(`The master key ${file} can be read by other accounts of this machine. Run: chmod 600 ${file}`);
  }
  const key = Buffer.from(readFileSync(file, "utf8").trim(), "base64");
  if (key.length !== 32)
    throw new Error(`The master key ${file} does not hold 32 bytes of base64. Put your copy of the key there.`);
  return key;
}

function makeKeyFile(file: string): Buffer {
  const key = randomBytes(32);
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  // Under its name only once it is whole: a process killed in between would leave a file that holds no key.
  const draft = `${file}.${process.pid}`;
  const handle = openSync(draft, "w", 0o600);
  try {
    writeSync(handle, `${key.toString("base64")}\n`);
    fsyncSync(handle);
    putInPlace(draft, file);
  } finally {
    closeSync(handle);
    rmSync(draft, { force: true });
  }
  return key;
}

/** Unlike a rename, a link never replaces a key that somebody else made meanwhile; some disks have none. */
function putInPlace(draft: string, file: string): void {
  try {
    linkSync(draft, file);
  } catch (error) {
    if (["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes((error as { code?: string }).code ?? ""))
      renameSync(draft, file);
    else throw error;
  }
}
