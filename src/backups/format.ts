/** The form of a backup file: a first line, parts (a line of JSON, then its bytes), and a last line that hashes everything. */
import { z } from "zod";

/** A file of another form begins with another number. */
export const FIRST_LINE = "postern-backup 1\n";
/** Lines are ours and short; anything longer is damage. */
export const LONGEST_LINE = 4096;
/** The manifest is the one part that is held in memory: about 200 bytes a file. */
export const LARGEST_MANIFEST = 256 * 1024 * 1024;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const bytes = z.int().min(0);

const mediaEntry = z.strictObject({
  sha256,
  bytes,
  /** Below the data folder. */
  path: z.string().regex(/^media\/[0-9a-f]{2}\/[0-9a-f]{64}\/original\.[a-z0-9]+$/),
});

export const manifestForm = z.strictObject({
  format: z.literal(1),
  /** Version of Postern that made it. */
  postern: z.string(),
  /** ISO 8601, UTC. The database is not older than this. */
  createdAt: z.iso.datetime(),
  /** Names of the migrations its database has seen. */
  migrations: z.array(z.string()),
  /** Which master key it takes; null when nothing in it is sealed. */
  key: z.strictObject({ fingerprint: z.string(), kids: z.array(z.string()) }).nullable(),
  database: z.strictObject({ bytes, sha256 }),
  /** False: media are only listed. */
  withMedia: z.boolean(),
  media: z.array(mediaEntry),
  /** The world of Postern's own sandbox, where that was in use. Older backups have none. */
  sandbox: z.strictObject({ bytes, sha256 }).optional(),
});

/** What stands before the bytes of a part. */
export const partForm = z.discriminatedUnion("part", [
  z.strictObject({ part: z.literal("manifest"), bytes, sha256 }),
  z.strictObject({ part: z.literal("database"), bytes, sha256 }),
  /** One file of a stored content: its original, or a small picture made from it. */
  z.strictObject({
    part: z.literal("media"),
    content: sha256,
    name: z.string().regex(/^[a-z0-9-]+\.[a-z0-9]+$/),
    bytes,
    sha256,
  }),
  /** Below the folder `sandbox`: its world, or a file that it received. */
  z.strictObject({
    part: z.literal("sandbox"),
    name: z.string().regex(/^(world\.db|files\/[0-9a-f]+)$/),
    bytes,
    sha256,
  }),
]);

export type Manifest = z.infer<typeof manifestForm>;
export type MediaEntry = z.infer<typeof mediaEntry>;
export type Part = z.infer<typeof partForm>;
export type MediaPart = Extract<Part, { part: "media" }>;
export type SandboxPart = Extract<Part, { part: "sandbox" }>;

export function lineOf(part: Part): string {
  return `${JSON.stringify(part)}\n`;
}

/** `hash` is of every byte before this line, in hex. */
export function lastLine(hash: string): string {
  return `${JSON.stringify({ part: "end", sha256: hash })}\n`;
}
