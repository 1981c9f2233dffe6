/** The document as a page: what each call takes and answers, flattened into rows that a template can print. */
import type { Document, Operation, Parameter, Response, Schema } from "./document.ts";

export interface Row {
  name: string;
  type: string;
  /** Name of another schema on the page that this one leads to. */
  link: string | null;
  required: boolean;
  says: string;
}

export interface ShownCall {
  id: string;
  method: string;
  path: string;
  summary: string;
  description: string;
  parameters: Row[];
  body: { link: string | null; rows: Row[] } | null;
  good: { status: string; says: string; link: string | null };
  refusals: Array<{ status: string; says: string }>;
  curl: string;
}

export interface ShownDocument {
  about: string[];
  /** What the examples rest on, for a shell. */
  shell: string;
  tags: Array<{ name: string; says: string; calls: ShownCall[] }>;
  schemas: Array<{ name: string; says: string; rows: Row[] }>;
  options: Array<{ name: string; rows: Row[] }>;
}

const BASE = "/api/v1";

/** `options`: a platform's name and the JSON Schema of its options. */
export function showDocument(
  document: Document,
  options: ReadonlyArray<{ name: string; schema: Schema }>,
): ShownDocument {
  const calls = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ path, method, operation })),
  );
  return {
    about: document.info.description.split("\n\n"),
    shell: `export POSTERN=${document.servers[0]?.url ?? ""}${BASE}\nexport KEY=pst_…`,
    tags: document.tags.map((tag) => ({
      name: tag.name,
      says: tag.description,
      calls: calls
        .filter(({ operation }) => operation.tags.includes(tag.name))
        .map(({ path, method, operation }) => showCall(document, path, method, operation)),
    })),
    schemas: Object.entries(document.components.schemas)
      .filter(([name]) => !name.endsWith("List"))
      .map(([name, schema]) => ({ name, says: schema.description ?? "", rows: rowsOf(schema) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    options: options.map(({ name, schema }) => ({ name, rows: rowsOf(schema) })),
  };
}

function showCall(document: Document, path: string, method: string, operation: Operation): ShownCall {
  const parameters = (operation.parameters ?? []).map((one) =>
    "$ref" in one ? document.components.parameters[nameOf(one.$ref)]! : one,
  );
  const [good, ...others] = Object.entries(operation.responses).map(([status, response]) => ({
    status,
    response: "$ref" in response ? document.components.responses[nameOf(response.$ref)]! : response,
  }));
  const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  return {
    id: operation.operationId,
    method: method.toUpperCase(),
    path,
    summary: operation.summary,
    description: operation.description ?? "",
    parameters: parameters.map(parameterRow),
    body: body ? { link: body.$ref ? nameOf(body.$ref) : null, rows: body.$ref ? [] : rowsOf(body) } : null,
    good: { status: good!.status, says: good!.response.description, link: linkOf(answerOf(good!.response)) },
    refusals: others.map(({ status, response }) => ({ status, says: response.description })),
    curl: curlOf(document.servers[0]?.url ?? "", path, method, operation),
  };
}

function answerOf(response: Response): Schema {
  return Object.values(response.content ?? {})[0]?.schema ?? {};
}

function parameterRow(one: Parameter): Row {
  return {
    ...rowOf(one.name, one.schema, one.required === true),
    says: says({ ...one.schema, description: one.description }),
  };
}

/** A line for each property; alternatives are told one after the other. */
function rowsOf(schema: Schema): Row[] {
  if (schema.anyOf && !schema.properties) return schema.anyOf.flatMap(rowsOf);
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).flatMap(([name, one]) => {
    const inner = innerOf(one);
    const below = rowsOf(inner).map((row) => ({ ...row, name: `${name}.${row.name}` }));
    return [rowOf(name, one, required.has(name)), ...(inner.$ref ? [] : below)];
  });
}

/** What a list holds, or what something is when it is not null. */
function innerOf(schema: Schema): Schema {
  const real = schema.anyOf?.find((one) => one.type !== "null") ?? schema;
  return real.items ?? real;
}

function rowOf(name: string, schema: Schema, required: boolean): Row {
  return { name, type: typeOf(schema), link: linkOf(schema), required, says: says(schema) };
}

function typeOf(schema: Schema): string {
  if (schema.$ref) return nameOf(schema.$ref);
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(" or ");
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((one) => String(one)).join(", ");
  if (schema.type === "array") return `list of ${typeOf(schema.items ?? {})}`;
  if (schema.format === "date-time") return "time";
  if (schema.format === "binary") return "file";
  return [schema.type ?? "anything"].flat().join(" or ");
}

function linkOf(schema: Schema): string | null {
  const { $ref } = innerOf(schema);
  return $ref ? nameOf($ref) : null;
}

function says(schema: Schema): string {
  const fallback = schema.default;
  const told = fallback === undefined || fallback === "" || JSON.stringify(fallback) === "[]";
  const end = told ? "" : `Default: ${String(fallback)}.`;
  const words = schema.description ?? "";
  return [words && end ? `${words.replace(/\.$/, "")}.` : words, end].filter(Boolean).join(" ");
}

function nameOf(reference: string): string {
  return reference.split("/").pop() ?? "";
}

function curlOf(origin: string, path: string, method: string, operation: Operation): string {
  const [type, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  const place = path.replace(/\{(\w+)\}/g, (_all, name: string) => `$${name.toUpperCase()}`);
  const address = place.startsWith(BASE) ? `"$POSTERN${place.slice(BASE.length)}"` : `${origin}${place}`;
  const verb = method === "get" || (method === "post" && type) ? "curl" : `curl -X ${method.toUpperCase()}`;
  return [
    `${verb} ${address}`,
    ...(operation.security.length > 0 ? [`-H "Authorization: Bearer $KEY"`] : []),
    ...(method === "post" && operation.security.length > 0 ? [`-H "Idempotency-Key: $(uuidgen)"`] : []),
    ...(type === "application/json"
      ? [`-H "Content-Type: application/json"`, `-d '${JSON.stringify(content?.example, null, 2)}'`]
      : []),
    ...(type === "multipart/form-data" ? ["-F file=@clip.mp4"] : []),
  ].join(" \\\n  ");
}
