/** A multipart form with one file, built as a stream whose exact length is known beforehand. */
import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";

export interface FilePart {
  /** Name of the form field: "source", "video_file_chunk". */
  name: string;
  /** What the vendor sees as file name; never the person's own. */
  fileName: string;
  mime: string;
  /** Exact number of bytes that `open` will give. */
  bytes: number;
  /** Called once, when the body is read; so nothing stays open when it never is. */
  open(): Readable;
}

export interface Multipart {
  contentType: string;
  body: Readable;
  length: number;
}

/** Fields first, then the file: Meta decides by the fields before it reads the bytes. */
export function multipart(fields: Readonly<Record<string, string>>, file: FilePart): Multipart {
  const boundary = `part-${randomBytes(16).toString("hex")}`;
  const head = Buffer.from(
    Object.entries(fields)
      .map(([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
      .join("") +
      `--${boundary}\r\nContent-Disposition: form-data; name="${file.name}"; filename="${file.fileName}"\r\n` +
      `Content-Type: ${file.mime}\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    length: head.length + file.bytes + tail.length,
    body: Readable.from(
      (async function* () {
        yield head;
        yield* file.open();
        yield tail;
      })(),
    ),
  };
}
