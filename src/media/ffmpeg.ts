/** Takes one frame out of a video with ffmpeg where the machine has it; everything else works without. */
import { spawn } from "node:child_process";
import type { Measured } from "./measured.ts";

const WITHIN_MS = 20_000;
const MAX_FRAME_BYTES = 16_000_000;

/** The demuxer is named, so that a playlist in disguise cannot make ffmpeg open other files. */
const DEMUXERS: Readonly<Partial<Record<Measured["extension"], string>>> = { mp4: "mov", mov: "mov", webm: "matroska" };

/** Asked once: is there an ffmpeg on this machine? */
export function hasFfmpeg(): Promise<boolean> {
  return run(["-version"], 5000).then((output) => output !== null);
}

/** A JPEG of the frame a quarter into the video (at most 3 s), or null when none could be taken. */
export function frameOf(file: string, facts: Measured): Promise<Buffer | null> {
  const demuxer = DEMUXERS[facts.extension];
  if (!demuxer || facts.durationMs === null) return Promise.resolve(null);
  const at = Math.min(3, facts.durationMs / 4000).toFixed(3);
  return run(
    [
      ...["-nostdin", "-hide_banner", "-loglevel", "error", "-protocol_whitelist", "file,pipe", "-threads", "1"],
      ...["-f", demuxer, "-ss", at, "-i", `file:${file}`, "-map", "0:V:0", "-frames:v", "1"],
      ...["-vf", "scale=w='min(1080,iw)':h=-2", "-c:v", "mjpeg", "-q:v", "3", "-f", "image2pipe", "pipe:1"],
    ],
    WITHIN_MS,
  );
}

/** What it wrote to its output, or null when it is missing, failed, took too long or wrote too much. */
function run(args: readonly string[], timeout: number): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const child = spawn("ffmpeg", args, { stdio: ["ignore", "pipe", "ignore"], timeout, killSignal: "SIGKILL" });
    const parts: Buffer[] = [];
    let bytes = 0;
    child.stdout.on("data", (part: Buffer) => {
      parts.push(part);
      bytes += part.length;
      if (bytes > MAX_FRAME_BYTES) child.kill("SIGKILL");
    });
    child.on("error", () => resolve(null));
    child.on("close", (code) => resolve(code === 0 && bytes > 0 ? Buffer.concat(parts) : null));
  });
}
