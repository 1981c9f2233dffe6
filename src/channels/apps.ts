/** The app credentials an install uses at each platform, and where they come from. */
import type { PlatformAppRow } from "../database/index.ts";
import type { House } from "../house.ts";
import { newId } from "../ids.ts";

export interface AppCredentials {
  clientId: string;
  clientSecret: string;
  source: "environment" | "admin" | "sandbox";
}

/** What names the permissions at the vendor instead of a list of scopes; undefined where nothing does. */
export function loginConfigurationOf({ config }: House, app: string): string | undefined {
  return config.loginConfigurations[app];
}

/**
 * What our app's callbacks are signed with in the sandbox. Our own knows a secret of this install, or anybody could sign them;
 * a sandbox somewhere else is a process that was told none.
 */
export function sandboxSecret({ config, vault }: House): string {
  return config.platformSandboxUrl === null ? vault.derive("sandboxs").toString("hex") : "sandbox";
}

const TABLE = "platform_apps";

export class Apps {
  readonly #house: House;

  constructor(house: House) {
    this.#house = house;
  }

  /** The environment wins over what was entered on the admin page; in sandbox mode everything has an app. Null = not configured. */
  find(platformId: string): AppCredentials | null {
    const { config, db, vault } = this.#house;
    const given = config.apps[platformId];
    if (given) return { ...given, source: "environment" };
    const row = db.get<PlatformAppRow>("SELECT * FROM platform_apps WHERE platform = ?", [platformId]);
    if (row) {
      const at = { table: TABLE, id: row.id, column: "client_secret_sealed" };
      return { clientId: row.client_id, clientSecret: vault.open(row.client_secret_sealed, at), source: "admin" };
    }
    return config.platformMode === "sandbox"
      ? { clientId: "sandbox", clientSecret: sandboxSecret(this.#house), source: "sandbox" }
      : null;
  }

  /** When the admin page's credentials were entered (UTC ms), or null. */
  enteredAt(platformId: string): number | null {
    const row = this.#house.db.get<{ updated_at: number }>("SELECT updated_at FROM platform_apps WHERE platform = ?", [
      platformId,
    ]);
    return row?.updated_at ?? null;
  }

  set(platformId: string, clientId: string, clientSecret: string): void {
    const { clock, db, vault } = this.#house;
    const id = newId();
    const sealed = vault.seal(clientSecret, { table: TABLE, id, column: "client_secret_sealed" });
    db.transaction(() => {
      this.clear(platformId);
      db.run(
        "INSERT INTO platform_apps (id, platform, client_id, client_secret_sealed, updated_at) VALUES (?, ?, ?, ?, ?)",
        [id, platformId, clientId, sealed, clock.now()],
      );
    });
  }

  clear(platformId: string): void {
    this.#house.db.run("DELETE FROM platform_apps WHERE platform = ?", [platformId]);
  }
}
