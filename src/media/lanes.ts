/** How many files one workspace may be sending at the same moment, so that nobody takes the line and the disk from the others. */
import { Refusal } from "../web/index.ts";

const AT_A_TIME = 4;
const AGAIN_AFTER_S = 5;

export class Lanes {
  readonly #inside = new Map<string, number>();

  /** Returns what must be called at the end, whatever the end is. Throws a 429 Refusal when all lanes are taken. */
  enter(workspaceId: string): () => void {
    const now = this.#inside.get(workspaceId) ?? 0;
    if (now >= AT_A_TIME) throw allTaken();
    this.#inside.set(workspaceId, now + 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const rest = (this.#inside.get(workspaceId) ?? 1) - 1;
      if (rest > 0) this.#inside.set(workspaceId, rest);
      else this.#inside.delete(workspaceId);
    };
  }
}

function allTaken(): Refusal {
  return new Refusal(
    429,
    {
      title: "Too many uploads at once",
      message: `${AT_A_TIME} files of this workspace are on their way already. Nothing of this one was kept.`,
      next: "Try again when one of them has arrived.",
    },
    AGAIN_AFTER_S,
  );
}
