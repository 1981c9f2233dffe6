/** Asks for one page over and over on a few connections, and notes how long each answer took. */
import { Pool } from "undici";

const CONNECTIONS = 8;

export interface Load {
  perSecond: number;
  /** ms of each answer. */
  took: number[];
  /** Bytes of one answer. */
  bytes: number;
}

/** Throws when an answer is anything but 200. */
export async function load(url: string, seconds: number, headers: Record<string, string> = {}): Promise<Load> {
  const { origin, pathname, search } = new URL(url);
  const pool = new Pool(origin, { connections: CONNECTIONS });
  const took: number[] = [];
  let bytes = 0;
  const begun = performance.now();
  const end = begun + seconds * 1000;
  const one = async (): Promise<void> => {
    while (performance.now() < end) {
      const asked = performance.now();
      const reply = await pool.request({ method: "GET", path: pathname + search, headers });
      let size = 0;
      for await (const part of reply.body) size += (part as Buffer).length;
      if (reply.statusCode !== 200) throw new Error(`${pathname} was answered with ${reply.statusCode}.`);
      took.push(performance.now() - asked);
      bytes = size;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
  const perSecond = took.length / ((performance.now() - begun) / 1000);
  await pool.close();
  return { perSecond, took, bytes };
}
