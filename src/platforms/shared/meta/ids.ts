/** Meta's ids: digits that do not fit a JavaScript number, sometimes sent as numbers all the same. */
import { z } from "zod";

/** An id as text. Big numbers have already arrived as digits; small ones are turned here. */
export const graphId = z
  .union([z.string().min(1), z.number().int().nonnegative().transform(String)])
  .describe("digits, or <page>_<post>");

/** The post's own id with its Page in front, the form that every edge of a post takes. */
export function postIdOf(pageId: string, postId: string): string {
  return postId.includes("_") ? postId : `${pageId}_${postId}`;
}
