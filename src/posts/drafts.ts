/** Builds the draft that a platform module judges, from a version of a post and the facts of its media. */
import type { Draft, MediaFacts } from "../platforms/index.ts";

/** Ids of media named in options: every text under a key that ends in MediaId (thumbnailMediaId, coverMediaId). */
export function assetIds(options: Readonly<Record<string, unknown>>): string[] {
  const ids = Object.entries(options).flatMap(([name, value]) =>
    name.endsWith("MediaId") && typeof value === "string" && value !== "" ? [value] : [],
  );
  return [...new Set(ids)];
}

/** `factsOf` answers only what it knows: media that are missing or still being measured are left out of the draft. */
export function buildDraft(
  version: { text: string; media: readonly string[]; options: Readonly<Record<string, unknown>> },
  factsOf: (ids: string[]) => MediaFacts[],
  dueAt: number | null,
  publicHttps?: boolean,
): Draft {
  const assets = assetIds(version.options);
  const known = new Map(factsOf([...new Set([...version.media, ...assets])]).map((facts) => [facts.id, facts]));
  const found = (ids: readonly string[]): MediaFacts[] => ids.flatMap((id) => known.get(id) ?? []);
  return {
    text: version.text,
    media: found(version.media),
    options: version.options,
    assets: Object.fromEntries(found(assets).map((facts) => [facts.id, facts])),
    dueAt,
    publicHttps,
  };
}
