/** Forms are checked by a schema; what fails comes back with its values and a message beside the field. */
import type { z } from "zod";

export type FormResult<T> =
  { ok: true; values: T } | { ok: false; values: Record<string, string>; errors: Record<string, string> };

/** `body` is whatever arrived. Errors are keyed by field; the first message of a field wins. */
export function formFrom<T>(schema: z.ZodType<T>, body: unknown): FormResult<T> {
  const values = plainValues(body);
  const result = schema.safeParse(values);
  if (result.success) return { ok: true, values: result.data };
  const errors: Record<string, string> = {};
  for (const issue of result.error.issues) errors[String(issue.path[0] ?? "form")] ??= issue.message;
  return { ok: false, values, errors };
}

function plainValues(body: unknown): Record<string, string> {
  const values: Record<string, string> = Object.create(null) as Record<string, string>;
  if (typeof body !== "object" || body === null) return values;
  for (const [name, value] of Object.entries(body)) {
    if (name === "_csrf" || typeof value === "object") continue;
    values[name] = String(value);
  }
  return values;
}
