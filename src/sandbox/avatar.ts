/** Profile pictures of the invented people. */

const SIDE = 168;

/** A plain disc whose colour comes from the name. Drawn dot by dot: the panel shuts SVG out of the same process. */
export async function drawAvatar(name: string): Promise<Buffer> {
  const { default: sharp } = await import("sharp");
  const hue = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 360;
  const [paper, disc] = [tint(hue, 0.92, 0.04), tint(hue, 0.45, 0.14)];
  const dots = Buffer.alloc(SIDE * SIDE * 3);
  for (let at = 0; at < SIDE * SIDE; at += 1) {
    const inside = Math.hypot((at % SIDE) - SIDE / 2, Math.floor(at / SIDE) - SIDE / 2) < 46;
    dots.set(inside ? disc : paper, at * 3);
  }
  return sharp(dots, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .jpeg()
    .toBuffer();
}

/** Red, green and blue around a grey of this lightness. */
function tint(hue: number, lightness: number, colour: number): number[] {
  return [0, 120, 240].map((turn) => {
    const share = lightness + colour * Math.cos(((hue - turn) * Math.PI) / 180);
    return Math.round(255 * Math.min(1, Math.max(0, share)));
  });
}
