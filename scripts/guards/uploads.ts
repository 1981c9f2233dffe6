/** Guards of what people send: the content decides, bombs do not go off, and a file stays a file. */
import type { Theme } from "./guard.ts";

const hostile = "security/uploads";
const received = "media/receive";

export const uploads: Theme = {
  title: "Uploads",
  guards: [
    {
      name: "the decoder of SVG drawings stays shut",
      file: "src/pictures.ts",
      from: '["Svg", "Pdf", ',
      to: '["Pdf", ',
      tests: hostile,
    },
    {
      name: "SVG is no kind that is taken",
      file: "src/media/kinds.ts",
      from: '"image/avif": { kind: "image", format: "avif" },',
      to: '"image/avif": { kind: "image", format: "avif" },\n  "application/xml": { kind: "image", format: "png" },',
      tests: received,
    },
    {
      name: "a picture of too many pixels",
      file: "src/media/images.ts",
      from: "facts.width * facts.height * frames > MAX_PIXELS || frames > MAX_FRAMES",
      to: "frames > MAX_FRAMES",
      tests: hostile,
    },
    {
      name: "a picture of too many frames",
      file: "src/media/images.ts",
      from: "frames > MAX_PIXELS || frames > MAX_FRAMES",
      to: "frames > MAX_PIXELS",
      tests: hostile,
    },
    {
      name: "a film whose tables keep the reader busy",
      file: "src/media/measure-apart.ts",
      from: "setTimeout(() => void thread.terminate(), within)",
      to: "setTimeout(() => undefined, within)",
      tests: hostile,
    },
    {
      name: "a playlist that calls itself a film",
      file: "src/media/ffmpeg.ts",
      from: '...["-f", demuxer, "-ss", at,',
      to: '...["-ss", at,',
      tests: hostile,
    },
    {
      name: "ffmpeg is started without a shell",
      file: "src/media/ffmpeg.ts",
      from: 'spawn("ffmpeg", args, { stdio:',
      to: 'spawn("ffmpeg", args, { shell: true, stdio:',
      tests: "security/source",
    },
    {
      name: "ffmpeg reads what it is given and nothing else",
      file: "src/media/ffmpeg.ts",
      from: ', "-protocol_whitelist", "file,pipe"',
      to: "",
      tests: "security/source",
    },
    {
      name: "what hangs behind a picture",
      file: "src/media/images.ts",
      from: "return end === bytes.length ? bytes : bytes.subarray(0, end);",
      to: "return bytes;",
      tests: received,
    },
    {
      name: "where and with what a picture was taken",
      file: "src/media/images.ts",
      from: "const told = facts.exif ?? facts.xmp ?? facts.iptc ?? facts.tifftagPhotoshop;",
      to: "const told = undefined;",
      tests: received,
    },
    {
      name: "a file larger than allowed, while it streams",
      file: "src/media/store.ts",
      from: "if (bytes > maxBytes) return done(tooLarge(maxBytes));",
      to: "",
      tests: received,
    },
    {
      name: "a file's name as a path",
      file: "src/media/words.ts",
      from: 'name.split(/[/\\\\]/).pop() ?? ""',
      to: "name",
      tests: received,
    },
    {
      name: "a stored file is served in a sandbox of its own",
      file: "src/media/serve-file.ts",
      from: "\"content-security-policy\": \"default-src 'none'; sandbox; frame-ancestors 'none'\",",
      to: "",
      tests: hostile,
    },
    {
      name: "an upload belongs to whoever began it",
      file: "src/media/uploads.ts",
      from: 'return card?.metadata?.["workspace"] === owner.workspaceId && card.metadata["account"] === owner.accountId;',
      to: "return card !== null;",
      tests: "media/uploads",
    },
    {
      name: "an upload that is announced as too large",
      file: "src/media/tus.ts",
      from: "maxSize: maxUploadBytes,",
      to: "",
      tests: "media/uploads",
    },
    {
      name: "what strangers gave the sandbox is shown as picture or film alone",
      file: "src/sandbox/control.ts",
      from: "!SHOWN_TYPES.has(type) || ",
      to: "",
      tests: "security/sandbox",
    },
  ],
};
