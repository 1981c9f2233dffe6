/** Errors that a person meets: what happened, what was kept, what to do next. */

export interface RefusalWords {
  title: string;
  message: string;
  next: string;
}

/** Thrown anywhere in a request; shown as a page, a fragment or JSON by the error handler. Never carries a secret. */
export class Refusal extends Error {
  readonly statusCode: number;
  readonly words: RefusalWords;
  readonly retryAfterSeconds: number | null;

  constructor(statusCode: number, words: RefusalWords, retryAfterSeconds: number | null = null) {
    super(words.message);
    this.name = "Refusal";
    this.statusCode = statusCode;
    this.words = words;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** For what does not exist, or exists in somebody else's workspace: the two look alike. */
export function notFound(what = "page"): Refusal {
  return new Refusal(404, {
    title: `This ${what} is not here`,
    message: `There is no such ${what}, or it is not yours to see.`,
    next: "Go back, or start from Today.",
  });
}

/** For a form that cannot be accepted as a whole. */
export function refuseForm(message: string, next = "Go back and try again."): Refusal {
  return new Refusal(422, { title: "That did not work", message, next });
}

/** What the disk would not take, in words for whoever asked for it; null for every other error. */
export function refuseDisk(error: unknown): Refusal | null {
  const code = String((error as { code?: unknown } | null)?.code ?? "");
  if (/^(SQLITE_FULL|ENOSPC|EDQUOT)$/.test(code))
    return new Refusal(507, {
      title: "The disk is full",
      message: "Postern's disk has no room left, so this was not stored. What was stored before is safe.",
      next: "Try again when whoever runs this Postern has freed some space.",
    });
  if (/^(SQLITE_READONLY|SQLITE_CANTOPEN|EROFS$)/.test(code))
    return new Refusal(503, {
      title: "Nothing can be stored just now",
      message: "Postern's disk takes no writes, so this was not stored. What was stored before is safe.",
      next: "Tell whoever runs this Postern; the command doctor says what is wrong.",
    });
  return null;
}
