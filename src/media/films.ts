/** Measures video and sound: container, codecs, size, length, and whether the end is really there. */
import { open, type FileHandle } from "node:fs/promises";
import { ALL_FORMATS, CustomSource, EncodedPacketSink, Input, type InputTrack, type InputVideoTrack } from "mediabunny";
import type { Kind } from "./kinds.ts";
import type { Measured, Measurement } from "./measured.ts";
import { refuseFile } from "./words.ts";

export type Film = Exclude<Kind, { kind: "image" }>;

/** Enough packets to know the frame rate, also where it varies. */
const RATE_PACKETS = 600;
/** What a header may promise beyond the last packet: the padding of sound coders. */
const SLACK_S = 1;
/** What is read lies outside the memory that a thread can be limited to. The index of ten hours takes about 20 MB. */
const MOST_AT_ONCE = 64_000_000;

/** Throws a Refusal when the file is cut off, has no index, or holds nothing that plays. `picture` is its cover art. */
export async function measureFilm(file: string, kind: Film): Promise<Measurement> {
  if (kind.container === "wav") await wavMustBeWhole(file);
  const handle = await open(file, "r");
  const input = new Input({ source: sourceOf(handle), formats: ALL_FORMATS });
  try {
    const [facts, picture] = await measure(input, kind);
    return { facts, cleaned: null, picture };
  } catch (error) {
    // Whatever the reader stumbles over, a person needs to hear one thing.
    throw error instanceof Error && error.name === "Refusal" ? error : damaged();
  } finally {
    input.dispose();
    await handle.close();
  }
}

/** Reads on behalf of a reader that takes each table and each cover in one piece, however large the file says that it is. */
function sourceOf(handle: FileHandle): CustomSource {
  return new CustomSource({
    getSize: async () => (await handle.stat()).size,
    async read(start, end) {
      if (end - start > MOST_AT_ONCE) throw new Error("This would take too much memory.");
      const piece = new Uint8Array(end - start);
      await handle.read(piece, 0, piece.length, start);
      return piece;
    },
    prefetchProfile: "fileSystem",
  });
}

async function measure(input: Input, kind: Film): Promise<[Measured, Buffer | null]> {
  const tracks = await input.getTracks();
  if (tracks.length === 0) throw noIndex(kind);
  const video = await input.getPrimaryVideoTrack();
  const sound = await input.getPrimaryAudioTrack();
  const main = video ?? sound;
  if (!main) throw refuseFile("holds neither picture nor sound", "Export it again as MP4.");
  const [videoCodec, audioCodec] = [await codecOf(video), await codecOf(sound)];
  for (const track of [video, sound]) if (track) await mustBeWhole(track);
  const durationS = await input.computeDuration([video, sound].filter((track) => track !== null));
  if (!(durationS > 0))
    throw refuseFile("has no length: nothing in it plays", "Export it again, then upload it once more.");
  const facts: Measured = {
    ...(video ? await pictureFacts(video) : { width: null, height: null, frameRate: null, rotation: null }),
    ...stored(kind, video !== null),
    durationMs: Math.round(durationS * 1000),
    videoCodec,
    audioCodec,
  };
  return [facts, await coverOf(input)];
}

async function pictureFacts(
  video: InputVideoTrack,
): Promise<Pick<Measured, "width" | "height" | "frameRate" | "rotation">> {
  const { averagePacketRate } = await video.computePacketStats(RATE_PACKETS);
  const [width, height] = [await video.getDisplayWidth(), await video.getDisplayHeight()];
  if (!(width > 0 && height > 0)) throw damaged();
  return { width, height, frameRate: Math.round(averagePacketRate * 1000) / 1000, rotation: await video.getRotation() };
}

async function codecOf(track: InputTrack | null): Promise<string | null> {
  if (!track) return null;
  const codec = await track.getCodec();
  if (codec) return codec;
  throw refuseFile("is coded in a way that is not known here", "Export it as MP4 with H.264 and AAC.");
}

/** A file cut off behind its index still tells its full length; only its last packet tells the truth. */
async function mustBeWhole(track: InputTrack): Promise<void> {
  const last = await new EncodedPacketSink(track).getPacket(Infinity);
  const promised = await track.getDurationFromMetadata().catch(() => null);
  const missing = last && promised !== null ? promised - (last.timestamp + last.duration) : 0;
  if (last && missing <= Math.max(SLACK_S, (promised ?? 0) * 0.02)) return;
  throw cutOff();
}

/** Sound without packets has no last one to look for, but its header counts bytes; recorders that stream write the highest number. */
async function wavMustBeWhole(file: string): Promise<void> {
  const handle = await open(file, "r");
  try {
    const { buffer } = await handle.read(Buffer.alloc(8), 0, 8, 0);
    const promised = buffer.readUInt32LE(4);
    if (promised !== 0xffffffff && promised + 8 > (await handle.stat()).size) throw cutOff();
  } finally {
    await handle.close();
  }
}

async function coverOf(input: Input): Promise<Buffer | null> {
  const tags = await input.getMetadataTags().catch(() => null);
  const images = tags?.images ?? [];
  const cover = images.find((image) => image.kind === "coverFront") ?? images[0];
  return cover ? Buffer.from(cover.data) : null;
}

function stored(kind: Film, moves: boolean): Pick<Measured, "kind" | "mime" | "extension"> {
  switch (kind.container) {
    case "mp4":
    case "m4a":
      return moves
        ? { kind: "video", mime: "video/mp4", extension: "mp4" }
        : { kind: "audio", mime: "audio/mp4", extension: "m4a" };
    case "quicktime":
      return moves ? { kind: "video", mime: "video/quicktime", extension: "mov" } : soundOnly("MOV");
    case "webm":
      return moves ? { kind: "video", mime: "video/webm", extension: "webm" } : soundOnly("WebM");
    case "mp3":
      return { kind: "audio", mime: "audio/mpeg", extension: "mp3" };
    case "wav":
      return { kind: "audio", mime: "audio/wav", extension: "wav" };
  }
}

function cutOff(): Error {
  return refuseFile("breaks off before its end", "Copy or export it again, then upload it once more.");
}

function soundOnly(name: string): never {
  throw refuseFile(`is a ${name} file with sound only`, "Save it as MP3, M4A or WAV.");
}

function noIndex(kind: Film): Error {
  if (kind.container !== "mp4" && kind.container !== "m4a" && kind.container !== "quicktime") return damaged();
  return refuseFile(
    "has no index (moov): the recording or copying was cut off before it was written",
    "Copy or export it again, then upload it once more.",
  );
}

function damaged(): Error {
  return refuseFile("is damaged: it cannot be played", "Export or download it again, then upload it once more.");
}
