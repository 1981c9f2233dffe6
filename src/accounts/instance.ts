/** Settings of the whole instance that its owner changes on the admin page. */
import type { House } from "../house.ts";

export type InstanceSetting = "sign_up" | "key_copy_confirmed_at";

export function readSetting(house: House, name: InstanceSetting): string | null {
  return house.db.get<{ value: string }>("SELECT value FROM settings WHERE name = ?", [name])?.value ?? null;
}

export function writeSetting(house: House, name: InstanceSetting, value: string): void {
  house.db.run(
    "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    [name, value],
  );
}

/** Closed unless the owner opened it. */
export function signUpIsOpen(house: House): boolean {
  return readSetting(house, "sign_up") === "open";
}
