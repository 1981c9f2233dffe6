/** What every list and every answer of the API has in common. */
import { z } from "zod";
import { errorBody } from "./schemas.ts";

export const listQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().min(1).max(500).optional().describe("nextCursor of the page before"),
});

export function listOf<T extends z.ZodType>(items: T) {
  return z.object({ items: z.array(items), nextCursor: z.string().nullable() });
}

export const idParams = z.object({ id: z.string().min(1).max(64) });

/** Declared with every route; what is really sent is made in problem-json.ts. */
export const errors = {
  "4xx": {
    description: "What was wrong, as RFC 9457 problem details",
    content: { "application/problem+json": { schema: errorBody } },
  },
};

export const idempotencyHeader = z.object({
  "idempotency-key": z.string().optional().describe("The same key and body give the first answer again for 24 hours"),
});

export const gone = z.void().describe("Deleted; no body");
