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
