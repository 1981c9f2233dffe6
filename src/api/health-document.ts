/** What the document says of the two questions for machines, which are served outside the API's scope. */
import type { Operation, Schema } from "./document.ts";

function asked(id: string, summary: string, says: Record<string, [string, string]>): Record<string, Operation> {
  const responses = Object.fromEntries(
    Object.entries(says).map(([status, [description, schema]]) => [
      status,
      { description, content: { "application/json": { schema: { $ref: `#/components/schemas/${schema}` } } } },
    ]),
  );
  return { get: { operationId: id, tags: ["Health"], summary, security: [], responses } };
}

export const healthPaths: Record<string, Record<string, Operation>> = {
  "/healthz": asked("isUp", "Is the process up", { 200: ["It is", "Up"] }),
  "/readyz": asked("isReady", "Can it do its work", {
    200: ["It can", "Readiness"],
    503: ["It cannot; the part that fails is false", "Readiness"],
  }),
};

const part = (description: string): Schema => ({ type: "boolean", description });

export const healthSchemas: Record<string, Schema> = {
  Up: { type: "object", properties: { status: { const: "up" } }, required: ["status"] },
  Readiness: {
    type: "object",
    properties: {
      status: { type: "string", enum: ["ready", "not ready"] },
      database: part("It takes a write"),
      scheduler: part("It is running"),
      key: part("The master key fits"),
      problem: { type: "string", description: "With 503: what is wrong and what to do, in a sentence" },
    },
    required: ["status", "database", "scheduler", "key"],
  },
};
