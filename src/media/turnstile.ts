/** Lets a few through at a time; the others wait in the order they came. */

export class Turnstile {
  readonly #width: number;
  readonly #waiting: Array<() => void> = [];
  #inside = 0;

  constructor(width: number) {
    this.#width = width;
  }

  /** Runs `work` as soon as there is room and passes its result or error on. */
  async through<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inside >= this.#width) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#inside += 1;
    try {
      return await work();
    } finally {
      // The place is handed on, not given back, so that nobody slips in between.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#inside -= 1;
    }
  }
}
