/** What Meta's replies are made of: ids that do not fit a JavaScript number, numbers as text, and parts that may be missing. */
import { z } from "zod";

/** An id as text. Big numbers have already arrived as digits; small ones are turned here. */
export const graphId = z
  .union([z.string().min(1), z.number().int().nonnegative().transform(String)])
  .describe("digits, or <page>_<post>");

/** The post's own id with its Page in front, the form that every edge of a post takes. */
export function postIdOf(pageId: string, postId: string): string {
  return postId.includes("_") ? postId : `${pageId}_${postId}`;
}

/** Something nice to know: absent, null or odd, it never spoils the reply that it stands in. */
export function maybe<T>(shape: z.ZodType<T>) {
  return shape.optional().catch(undefined);
}

/** A number that some replies give as text. */
export const numeric = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d+(\.\d+)?$/)
    .transform(Number),
]);
