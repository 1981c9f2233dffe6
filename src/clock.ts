/** What time it is: the only file that asks the machine. Tests hand out a clock of their own. */
export interface Clock {
  /** UTC milliseconds. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
