/** What the library's address asks for; anything unknown in it is ignored. */
import { z } from "zod";

const filters = z.object({
  search: z.string().trim().max(200).optional().catch(undefined),
  kind: z.enum(["image", "video", "audio"]).optional().catch(undefined),
  use: z.enum(["used", "unused"]).optional().catch(undefined),
  cursor: z.string().max(200).optional().catch(undefined),
  /** Another word for kind, for those who think of file fields. */
  accept: z.enum(["image", "video"]).optional().catch(undefined),
});

export interface Filters {
  search?: string;
  kind?: "image" | "video" | "audio";
  use?: "used" | "unused";
  cursor?: string;
}

export function plainQuery(query: unknown): Filters {
  const { accept, search, kind, use, cursor } = filters.parse(query ?? {});
  return { search: search || undefined, kind: kind ?? accept, use, cursor };
}

/** The same as an address; empty parts are left out. */
export function queryString(values: Filters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value) query.set(name, String(value));
  return query.toString();
}
