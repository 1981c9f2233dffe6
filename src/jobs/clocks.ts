/** Every recurring job of the product, listed by the rooms and driven by one ticker. */
import cron, { type ScheduledTask } from "node-cron";

export interface RecurringJob {
  name: string;
  /** node-cron form with seconds, in UTC. */
  every: string;
  run(): void | Promise<void>;
}

export interface ClockLog {
  error(facts: object, message: string): void;
}

/** Starts all; returns a function that stops them. A run that throws is logged and tried at its next time. */
export function startClocks(jobs: readonly RecurringJob[], log: ClockLog): () => Promise<void> {
  const quiet = { info: () => undefined, warn: () => undefined, debug: () => undefined, error: () => undefined };
  const tasks: ScheduledTask[] = jobs.map((job) =>
    cron.schedule(
      job.every,
      async () => {
        try {
          await job.run();
        } catch (error) {
          log.error({ clock: job.name, err: error }, "a recurring job failed");
        }
      },
      { name: job.name, timezone: "UTC", noOverlap: true, logger: quiet },
    ),
  );
  return async () => {
    await Promise.all(tasks.map((task) => task.destroy()));
  };
}
