/** Envelope encryption: the master key wraps data keys, data keys seal columns, every value is bound to its row and column. */
import { randomBytes } from "node:crypto";
import sodium from "sodium-native";
import type { Clock } from "../clock.ts";
import type { Db } from "../database/index.ts";
import { decrypt, encrypt } from "./aead.ts";

/** Where a sealed value lives; moving it to another row or column makes it unreadable. */
export interface SealedAt {
  table: string;
  id: string;
  column: string;
}

/** The key at hand is missing or does not fit this database. */
export class VaultLockedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "VaultLockedError";
  }
}

export interface Vault {
  /** null when unlocked, else a sentence for the operator. */
  readonly locked: string | null;
  /** First 8 hex digits of the master key's fingerprint; "" without a key. */
  readonly fingerprint: string;
  activeKid(): string;
  /** "x1.<kid>.<base64url>". Throws VaultLockedError. */
  seal(text: string, at: SealedAt): string;
  /** Throws VaultLockedError when locked, Error when the value was tampered with or moved. */
  open(sealed: string, at: SealedAt): string;
  /** A key for one purpose, derived from the master key; context is exactly 8 characters. */
  derive(context: string): Buffer;
  /** Makes a fresh data key the active one and returns its id; the former stays readable. */
  addDataKey(): string;
}

/**
 * Opens the vault of this database. With a key and no key check yet (a new database) both check and first data key are
 * made. A key that does not fit never overwrites anything: the vault is locked and says what it expected.
 */
export function openVault(db: Db, masterKey: Buffer | null, clock: Clock): Vault {
  const check = db.get<{ value: string; fingerprint: string }>("SELECT value, fingerprint FROM key_check WHERE id = 1");
  if (!masterKey) {
    const wanted = check ? ` The database expects the key with the fingerprint ${check.fingerprint}.` : "";
    return lockedVault(
      `The master key is missing.${wanted} Put your copy of the key in place and start Postern again.`,
      "",
    );
  }
  const fingerprint = fingerprintOf(masterKey);
  if (!check) return new OpenVault(db, masterKey, fingerprint, clock).begin();
  try {
    decrypt(Buffer.from(check.value, "base64url"), "x1|check", masterKey);
  } catch {
    return lockedVault(
      `The encryption key does not fit this database: it expects the key with the fingerprint ${check.fingerprint}, the one present has ${fingerprint}. Put the right key in place and start Postern again. Nothing was changed.`,
      fingerprint,
    );
  }
  return new OpenVault(db, masterKey, fingerprint, clock);
}

class OpenVault implements Vault {
  readonly locked = null;
  readonly fingerprint: string;
  readonly #db: Db;
  readonly #master: Buffer;
  readonly #clock: Clock;
  readonly #keys = new Map<string, Buffer>();
  #active: string | null = null;

  constructor(db: Db, master: Buffer, fingerprint: string, clock: Clock) {
    this.#db = db;
    this.#master = master;
    this.#clock = clock;
    this.fingerprint = fingerprint;
  }

  begin(): this {
    const value = encrypt(Buffer.from("postern"), "x1|check", this.#master).toString("base64url");
    this.#db.transaction(() => {
      this.#db.run("INSERT INTO key_check (id, value, fingerprint) VALUES (1, ?, ?)", [value, this.fingerprint]);
      this.addDataKey();
    });
    return this;
  }

  activeKid(): string {
    // Read again each time: a rotation may have been started by the command line beside this process.
    const row = this.#db.get<{ kid: string }>("SELECT kid FROM data_keys WHERE state = 'active'");
    if (!row) throw new VaultLockedError("The vault has no active key.");
    this.#active = row.kid;
    return this.#active;
  }

  seal(text: string, at: SealedAt): string {
    const kid = this.activeKid();
    return `x1.${kid}.${encrypt(Buffer.from(text), contextOf(kid, at), this.#key(kid)).toString("base64url")}`;
  }

  open(sealed: string, at: SealedAt): string {
    const [version, kid, value] = sealed.split(".");
    if (version !== "x1" || !kid || !value) throw new Error("The sealed value has an unknown form.");
    return decrypt(Buffer.from(value, "base64url"), contextOf(kid, at), this.#key(kid)).toString("utf8");
  }

  derive(context: string): Buffer {
    const out = Buffer.alloc(32);
    sodium.crypto_kdf_derive_from_key(out, 1, Buffer.from(context), this.#master);
    return out;
  }

  addDataKey(): string {
    const kid = randomBytes(4).toString("hex");
    const wrapped = encrypt(randomBytes(32), `x1|dk|${kid}`, this.#master).toString("base64url");
    this.#db.transaction(() => {
      this.#db.run("UPDATE data_keys SET state = 'old' WHERE state = 'active'");
      this.#db.run("INSERT INTO data_keys (kid, wrapped, state, created_at) VALUES (?, ?, 'active', ?)", [
        kid,
        wrapped,
        this.#clock.now(),
      ]);
    });
    return kid;
  }

  #key(kid: string): Buffer {
    const known = this.#keys.get(kid);
    if (known) return known;
    const row = this.#db.get<{ wrapped: string }>(
      "SELECT wrapped FROM data_keys WHERE kid = ? AND state <> 'destroyed'",
      [kid],
    );
    if (!row) throw new VaultLockedError(`The data key ${kid} is not in this database any more.`);
    const key = decrypt(Buffer.from(row.wrapped, "base64url"), `x1|dk|${kid}`, this.#master);
    this.#keys.set(kid, key);
    return key;
  }
}

function lockedVault(reason: string, fingerprint: string): Vault {
  const refuse = (): never => {
    throw new VaultLockedError(reason);
  };
  return {
    locked: reason,
    fingerprint,
    activeKid: refuse,
    seal: refuse,
    open: refuse,
    derive: refuse,
    addDataKey: refuse,
  };
}

function contextOf(kid: string, at: SealedAt): string {
  return `x1|${kid}|${at.table}|${at.id}|${at.column}`;
}

function fingerprintOf(key: Buffer): string {
  const out = Buffer.alloc(32);
  sodium.crypto_generichash(out, Buffer.concat([key, Buffer.from("fp")]));
  return out.subarray(0, 4).toString("hex");
}
