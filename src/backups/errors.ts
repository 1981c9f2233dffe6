/** What can go wrong with a backup, in sentences for an operator. */

/** The message says what happened, what was kept, and what to do next. */
export class BackupError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "BackupError";
  }
}

/** Turns what the disk said while `doing` in `folder` into a sentence; any other error is returned as it is. */
export function fromDisk(error: unknown, doing: string, folder: string): unknown {
  switch ((error as { code?: string } | null)?.code) {
    case "ENOSPC":
    case "EDQUOT":
    case "SQLITE_FULL":
      return new BackupError(`The disk of ${folder} is full; ${doing} was given up and nothing of it was kept.`, {
        cause: error,
      });
    case "EACCES":
    case "EPERM":
    case "EROFS":
    case "SQLITE_CANTOPEN":
      return new BackupError(`${folder} cannot be written; ${doing} was given up and nothing of it was kept.`, {
        cause: error,
      });
    default:
      return error;
  }
}

/** Turns why a backup into a pipe broke off into a sentence. */
export function brokeOff(cause: unknown, folder: string): unknown {
  const rest = "What was sent has no last line and is no backup; make it again.";
  if (["EPIPE", "ECONNRESET", "ERR_STREAM_DESTROYED"].includes((cause as { code?: string } | null)?.code ?? ""))
    return new BackupError(`Whoever was reading the backup went away. ${rest}`, { cause });
  const known = fromDisk(cause, "the backup", folder);
  if (known instanceof BackupError) return known;
  return new BackupError(`A file changed or could not be read while it was sent. ${rest}`, { cause });
}
