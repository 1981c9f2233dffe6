/** Measures a film in a thread of its own: a file whose tables promise billions of entries holds up nobody and fills no memory. */
import { Worker } from "node:worker_threads";
import { Refusal, type RefusalWords } from "../web/index.ts";
import type { Film } from "./films.ts";
import type { Measurement } from "./measured.ts";
import { refuseFile } from "./words.ts";

/** What the thread says once, at its end. */
export type Told = { measured: Measurement } | { refused: { status: number; words: RefusalWords } };

const WITHIN_MS = 60_000;
const MOST_MEMORY_MB = 256;

/** Throws a Refusal for what the film itself is refused for, and when reading it takes too long or too much memory. */
export async function measureApart(file: string, kind: Film, within = WITHIN_MS): Promise<Measurement> {
  const told = await run(file, kind, within);
  if (told === null)
    throw refuseFile("is damaged: it cannot be played", "Export or download it again, then upload it once more.");
  if ("refused" in told) throw new Refusal(told.refused.status, told.refused.words);
  const { picture } = told.measured;
  return { ...told.measured, picture: picture && Buffer.from(picture) };
}

/** null when the thread ended without a word. */
function run(file: string, kind: Film, within: number): Promise<Told | null> {
  const thread = new Worker(new URL("./film-thread.ts", import.meta.url), {
    workerData: { file, kind },
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB },
    stdout: true,
    stderr: true,
  });
  return new Promise((resolve) => {
    const timer = setTimeout(() => void thread.terminate(), within);
    const end = (told: Told | null): void => {
      clearTimeout(timer);
      resolve(told);
      void thread.terminate();
    };
    thread.once("message", (told: Told) => end(told));
    thread.once("error", () => end(null));
    thread.once("exit", () => end(null));
  });
}
