/** The thread in which one film is measured; see measure-apart.ts. */
import { parentPort, workerData } from "node:worker_threads";
import { Refusal } from "../web/index.ts";
import { measureFilm, type Film } from "./films.ts";
import type { Told } from "./measure-apart.ts";

const { file, kind } = workerData as { file: string; kind: Film };

try {
  tell({ measured: await measureFilm(file, kind) });
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  tell({ refused: { status: error.statusCode, words: error.words } });
}

function tell(told: Told): void {
  parentPort?.postMessage(told);
}
