/** The words a job ends with: nothing = done, an error = try again later, snooze = come back, JobFailed = never again. */

export interface Snooze {
  snoozeUntil: number;
  /** The pool to come back in, where it is another one. */
  pool?: string;
}

/** Come back at this time (UTC ms); not a failure, the attempt is not counted. */
export function snooze(until: number): Snooze {
  return { snoozeUntil: until };
}

/** Final: the job goes to `dead` with this message. */
export class JobFailed extends Error {
  constructor(message: string) {
    super(message);
    this.name = "JobFailed";
  }
}
