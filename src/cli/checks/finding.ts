/** What one check of the doctor found. */

export interface Finding {
  check: string;
  state: "ok" | "worth knowing" | "wrong";
  /** A sentence or its end: what is so. */
  message: string;
  /** What to do about it; "" where there is nothing to do. */
  remedy: string;
}

export const ok = (check: string, message: string): Finding => ({ check, state: "ok", message, remedy: "" });

export const note = (check: string, message: string, remedy: string): Finding => ({
  check,
  state: "worth knowing",
  message,
  remedy,
});

export const wrong = (check: string, message: string, remedy: string): Finding => ({
  check,
  state: "wrong",
  message,
  remedy,
});
