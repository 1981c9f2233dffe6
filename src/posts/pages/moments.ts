/** Moments of a film as people write them, "0:03.5", and as they are kept, in milliseconds. */

/** "3500" → "0:03.5", "3723000" → "1:02:03"; what is no number of milliseconds stays as it is. */
export function momentText(value: string): string {
  if (!/^\d{1,12}$/.test(value)) return value;
  const ms = Number(value);
  const total = Math.floor(ms / 1000);
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const rest =
    ms % 1000 === 0
      ? ""
      : `.${String(ms % 1000)
          .padStart(3, "0")
          .replace(/0+$/, "")}`;
  const tail = `${String(seconds).padStart(2, "0")}${rest}`;
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

/** "3.5", "3,5 s", "0:03.5" or "1:02:03" in milliseconds as text; anything else comes back as it was typed. */
export function readMoment(typed: string): string {
  const text = typed.trim();
  const found = /^(?:(?:(\d{1,3}):)?(\d{1,5}):)?(\d{1,6})(?:[.,](\d{1,3}))?\s*(?:s|sec|seconds?)?$/i.exec(text);
  if (!found) return text;
  const [, hours = "0", minutes = "0", seconds = "0", rest = ""] = found;
  const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return String(total * 1000 + Number(rest.padEnd(3, "0")));
}
