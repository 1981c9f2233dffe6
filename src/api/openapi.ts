/** Writes the OpenAPI 3.1 document from the routes themselves. */
import { z } from "zod";
import type { Call } from "./described.ts";
import type { Content, Document, Operation, Parameter, Response, Schema } from "./document.ts";
import { headers, idempotencyKey, refusals, refusalName } from "./refusals.ts";
import { named } from "./schemas.ts";
import { healthPaths, healthSchemas } from "./health-document.ts";

const ABOUT = `Publish through the channels that are connected to this Postern.

Every call needs the header Authorization: Bearer with an API key, made in the settings and shown once. A key belongs to one account
and one workspace, sees nothing else, and has the scopes read and write. It may send 120 requests a minute.

Times are ISO 8601 with an offset; ids are opaque. Lists take limit and cursor and answer items and nextCursor.
Errors are RFC 9457 problem details. Every POST takes an Idempotency-Key.`;

const TAGS: Readonly<Record<Call["described"]["tag"], string>> = {
  Platforms: "What can be connected, its limits, and the options a post may carry there",
  Channels: "What is connected; connecting needs a person and a browser",
  Media: "Files, uploaded or fetched, measured, described",
  Posts: "Write, check, schedule, change and call off",
  Publications: "How one post stands on one channel",
};

/** `publicUrl` is the address people use. The answer is plain JSON and does not change while the process runs. */
export function writeDocument(calls: readonly Call[], publicUrl: string): Document {
  const paths: Document["paths"] = {};
  for (const call of calls) {
    const path = call.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [call.method]: operationOf(call) };
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "Postern",
      version: "1",
      description: ABOUT,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: publicUrl, description: "This Postern" }],
    security: [{ key: [] }],
    tags: [
      ...Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      { name: "Health", description: "For machines that watch; no key needed" },
    ],
    paths: { ...paths, ...healthPaths },
    components: {
      securitySchemes: { key: { type: "http", scheme: "bearer", description: "An API key made in the settings" } },
      parameters: { IdempotencyKey: idempotencyKey },
      headers,
      responses: refusals,
      schemas: { ...namedSchemas(), ...healthSchemas },
    },
  };
}

function operationOf(call: Call): Operation {
  const { described } = call;
  const scope = `Needs the scope ${call.scope}.`;
  const parameters = [
    ...parametersOf(call.params, "path"),
    ...parametersOf(call.query, "query"),
    ...(call.method === "post" ? [{ $ref: "#/components/parameters/IdempotencyKey" }] : []),
  ];
  const body = bodyOf(call);
  return {
    operationId: described.id,
    tags: [described.tag],
    summary: described.summary,
    description: described.description ? `${described.description} ${scope}` : scope,
    security: [{ key: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: true, content: body } }),
    responses: {
      [call.status]: goodAnswer(call),
      ...Object.fromEntries(
        statusesOf(call).map((status) => [status, { $ref: `#/components/responses/${refusalName(status)}` }]),
      ),
    },
  };
}

function bodyOf({ body, described }: Call): Record<string, Content> | null {
  if (described.upload) {
    const file = { type: "string", format: "binary", contentMediaType: "application/octet-stream" };
    return {
      "multipart/form-data": { schema: { type: "object", properties: { file }, required: ["file"] } },
    };
  }
  if (!body) return null;
  return { "application/json": { schema: refTo(body), example: described.example } };
}

function goodAnswer(call: Call): Response {
  const replayed = call.method === "post" && { "Idempotency-Replayed": ref("headers", "IdempotencyReplayed") };
  const rates = ["Limit", "Remaining", "Reset"].map((name) => [
    `RateLimit-${name}`,
    ref("headers", `RateLimit${name}`),
  ]);
  return {
    description: call.described.answer,
    headers: { ...(Object.fromEntries(rates) as Response["headers"]), ...replayed },
    ...(call.status !== 204 && { content: { "application/json": { schema: refTo(call.answer) } } }),
  };
}

/** Everything a call may answer beside the good answer, in order. */
function statusesOf(call: Call): number[] {
  const unsafe = call.method !== "get";
  const all = [400, 401, 403, 429, 500, ...(unsafe ? [413, 415] : []), ...(call.method === "post" ? [409] : [])];
  return [...new Set([...all, ...(call.described.refuses ?? [])])].sort((a, b) => a - b);
}

function parametersOf(schema: z.ZodObject | undefined, place: Parameter["in"]): Parameter[] {
  if (!schema) return [];
  const { properties = {} } = z.toJSONSchema(schema, { io: "input" }) as Schema;
  return Object.entries(properties).map(([name, { description, ...one }]) => ({
    name,
    in: place,
    ...(place === "path" && { required: true }),
    description: description ?? WORDS[name] ?? "",
    schema: one,
  }));
}

const WORDS: Readonly<Record<string, string>> = {
  id: "Opaque, from an earlier answer",
  limit: "How many on a page",
  kind: "Only these",
  state: "Only these",
};

/** Bodies are described as they may be sent, answers as they come; answers may grow, so they are not closed. */
function namedSchemas(): Record<string, Schema> {
  const uri = (id: string): string => `#/components/schemas/${id}`;
  const sent = z.toJSONSchema(named, { io: "input", uri }).schemas as Record<string, Schema>;
  const said = z.toJSONSchema(named, { io: "output", uri }).schemas as Record<string, Schema>;
  const bodies = new Set(["NewPost", "ChannelVersion", "PostChanges", "MediaChanges", "MediaImport", "Word"]);
  return Object.fromEntries(
    Object.keys(sent).map((id) => {
      const { $schema: _schema, $id: _id, ...schema } = (bodies.has(id) ? sent : said)[id]!;
      return [id, bodies.has(id) ? schema : opened(schema)];
    }),
  );
}

function opened(schema: Schema): Schema {
  const copy = JSON.stringify(schema, (key, value: unknown) =>
    key === "additionalProperties" && value === false ? undefined : value,
  );
  return JSON.parse(copy) as Schema;
}

function refTo(schema: z.ZodType): Schema {
  const id = named.get(schema)?.id;
  if (!id) throw new Error("A body or answer of the API has no name.");
  return ref("schemas", id);
}

function ref(kind: string, name: string): { $ref: string } {
  return { $ref: `#/components/${kind}/${name}` };
}
