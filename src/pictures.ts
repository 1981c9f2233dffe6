/** The picture decoder, loaded when the first picture comes, with every loader shut that a hostile file could make use of. */
import type Sharp from "sharp";

let loading: Promise<typeof Sharp> | undefined;

/** The only way to sharp, so that no picture is ever opened by a decoder with all its doors open. */
export function pictureDecoder(): Promise<typeof Sharp> {
  return (loading ??= load());
}

async function load(): Promise<typeof Sharp> {
  const { default: sharp } = await import("sharp");
  // Formats that carry scripts, outside references or foreign code stay shut whatever a file calls itself.
  sharp.block({
    operation: ["Svg", "Pdf", "Magick", "OpenSlide", "Tiff", "Vips", "Csv", "Mat"].map(
      (name) => `VipsForeignLoad${name}`,
    ),
  });
  sharp.concurrency(1);
  sharp.cache(false);
  return sharp;
}
