/** Measures one file, whatever it is: the single judge of what may enter the library. */
import { stat } from "node:fs/promises";
import { frameOf, hasFfmpeg } from "./ffmpeg.ts";
import { measureImage } from "./images.ts";
import { kindOf } from "./kinds.ts";
import { measureApart } from "./measure-apart.ts";
import type { Measurement } from "./measured.ts";
import { Turnstile } from "./turnstile.ts";
import { refuseFile } from "./words.ts";

/** Decoding is heavy: two files at a time, however many arrive. */
const AT_A_TIME = 2;

export class Measurer {
  readonly #turnstile = new Turnstile(AT_A_TIME);
  readonly #ffmpeg: Promise<boolean>;

  /** `ffmpeg: false` works as on a machine without it. */
  constructor(options: { ffmpeg?: boolean } = {}) {
    this.#ffmpeg = options.ffmpeg === false ? Promise.resolve(false) : hasFfmpeg();
  }

  /** Throws a Refusal that says what is wrong and what to do. The file itself is not changed. */
  measure(file: string): Promise<Measurement> {
    return this.#turnstile.through(() => this.#measure(file));
  }

  /** Runs other heavy work on media in the same bounded row. */
  bounded<T>(work: () => Promise<T>): Promise<T> {
    return this.#turnstile.through(work);
  }

  async #measure(file: string): Promise<Measurement> {
    if ((await stat(file)).size === 0) throw refuseFile("is empty", "Choose it again once it holds something.");
    const kind = await kindOf(file);
    if (kind.kind === "image") return measureImage(file, kind.format);
    const measured = await measureApart(file, kind);
    if (measured.facts.kind !== "video" || !(await this.#ffmpeg)) return measured;
    return { ...measured, picture: (await frameOf(file, measured.facts)) ?? measured.picture };
  }
}
