/** Files and folders that would survive a power cut. */
import { mkdir, open } from "node:fs/promises";
import path from "node:path";
import type { Sink } from "./read-archive.ts";

/** A new file with mode 0600, in a folder that is made when it is not there; on the disk once closed. */
export async function fileSink(file: string): Promise<Sink> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const handle = await open(file, "wx", 0o600);
  return {
    async write(chunk) {
      for (let done = 0; done < chunk.length;) done += (await handle.write(chunk, done)).bytesWritten;
    },
    async close() {
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    },
  };
}

/** Makes what was renamed in this folder, or the content of this file, durable. */
export async function sync(place: string): Promise<void> {
  const handle = await open(place, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
