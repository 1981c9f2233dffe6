/** Where a backup is written: a file, from which can be taken back, or a pipe. */
import { open } from "node:fs/promises";
import type { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { restAfter, SLICE } from "./pace.ts";

export interface Target {
  /** All of `chunk`, at this offset; it may be used again afterwards. */
  write(chunk: Buffer, at: number): Promise<void>;
  /** Takes back what stands after an offset; null where nothing can be. */
  takeBack: ((at: number) => Promise<void>) | null;
  /** What was written would survive a power cut, where the target can promise that. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Makes the file with mode 0600; it must not be there yet. It is written at the pace of `pace.ts`. */
export async function fileTarget(file: string): Promise<Target> {
  const handle = await open(file, "wx", 0o600);
  let loose = 0;
  let restedAt = performance.now();
  const flush = async (): Promise<void> => {
    await handle.datasync();
    loose = 0;
    await sleep(restAfter(performance.now() - restedAt));
    restedAt = performance.now();
  };
  return {
    async write(chunk, at) {
      for (let done = 0; done < chunk.length;) {
        const length = Math.min(SLICE - loose, chunk.length - done);
        const { bytesWritten } = await handle.write(chunk, done, length, at + done);
        done += bytesWritten;
        loose += bytesWritten;
        if (loose >= SLICE) await flush();
      }
    },
    takeBack: (at) => handle.truncate(at),
    sync: () => handle.sync(),
    close: () => handle.close(),
  };
}

/** Waits for the reader at every chunk, so nothing piles up. The stream is left open. */
export function pipeTarget(stream: Writable): Target {
  // A reader that goes away is told by the write that it hits.
  stream.on("error", () => undefined);
  return {
    write: (chunk) =>
      new Promise((resolve, reject) => stream.write(chunk, (error) => (error ? reject(error) : resolve()))),
    takeBack: null,
    sync: async () => undefined,
    close: async () => undefined,
  };
}
