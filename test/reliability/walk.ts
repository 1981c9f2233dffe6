/** Walks a panel's clock to what is due next, and starts a panel at a time of one's choosing. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Panel } from "../support/panel.ts";

const ends = ["published", "failed", "unconfirmed", "held", "cancelled"];

/** Lets everything that is due now run until nothing is. */
export async function settle(panel: Panel): Promise<void> {
  const { db, runner, queue } = panel.server.wired.house;
  for (let i = 0; i < 5000; i += 1) {
    runner.wake();
    const running = db.get("SELECT 1 FROM jobs WHERE lane = 'publish' AND state = 'running'") !== undefined;
    const next = queue.nextDue("publish");
    if (!running && (next === null || next > panel.sandbox.clock.now())) return;
    await sleep(2);
  }
  throw new Error("what is due does not end");
}

/** Pushes the clock to the next due time again and again until the publication has ended; returns its state. */
export async function toTheEnd(panel: Panel, id: string): Promise<string> {
  for (let i = 0; i < 200; i += 1) {
    await settle(panel);
    const state = panel.row(id)!.state;
    if (ends.includes(state)) return state;
    const next = panel.server.wired.house.queue.nextDue("publish");
    if (next === null) return state;
    panel.sandbox.clock.push(Math.max(1, next - panel.sandbox.clock.now()));
  }
  return panel.row(id)!.state;
}

/** Sets the clock; it may go back. */
export function setClock(panel: Panel, to: number): void {
  panel.sandbox.clock.push(to - panel.sandbox.clock.now());
}
