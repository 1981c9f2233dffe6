/** How Postern logs: JSON lines, no secrets, no addresses with queries, no bodies. */
import pino, { type LoggerOptions } from "pino";

/** Errors are logged by name, message and stack only; anything that looks like a credential in them is cut out. */
export function logOptions(level: string): LoggerOptions {
  return {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: ["*.password", "*.token", "*.code", "*.secret", "*.cookie", "*.authorization", "headers", "*.headers"],
      censor: "(hidden)",
    },
    serializers: {
      err: (error: unknown) => ({
        name: (error as Error)?.name,
        message: hide(String((error as Error)?.message ?? error)),
        stack: hide(String((error as Error)?.stack ?? "")),
      }),
      req: (request: { method?: string; url?: string; id?: string }) => ({
        method: request.method,
        path: request.url?.split("?")[0],
        id: request.id,
      }),
    },
  };
}

/** Cuts credentials out of free text: bearer values, and values of query or JSON fields that carry secrets. */
export function hide(text: string): string {
  return text
    .replace(/Bearer\s+[^\s"',]+/gi, "Bearer (hidden)")
    .replace(
      /((?:access_|refresh_|id_)?token|code|client_secret|password|upload_id|state)(["']?\s*[=:]\s*["']?)[^\s"'&,}]+/gi,
      "$1$2(hidden)",
    );
}
