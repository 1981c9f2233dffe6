/** The document is OpenAPI 3.1 by an independent validator, names every route that exists, and says what a client must know. */
import assert from "node:assert/strict";
import test from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { Document, Operation, Schema } from "../../src/api/document.ts";
import { platforms } from "../../src/platforms/index.ts";
import { openDesk, type Desk } from "./desk.ts";

async function documentOf(desk: Desk): Promise<Document> {
  const { status, headers, body } = await desk.call<Document>("GET", "/v1/openapi.json", undefined, { key: null });
  assert.equal(status, 200);
  assert.match(headers.get("content-type") ?? "", /^application\/json/);
  return body;
}

function operations(document: Document): Array<{ name: string; path: string; method: string; operation: Operation }> {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      path,
      method,
      operation,
    })),
  );
}

test("an independent validator takes it as OpenAPI 3.1", async (t) => {
  const desk = await openDesk(t);
  const validator = new Validator();
  const found = await validator.validate((await documentOf(desk)) as unknown as Record<string, unknown>);
  assert.deepEqual(found.errors, undefined);
  assert.deepEqual([found.valid, validator.version], [true, "3.1"]);
});

test("it names every route that is registered, and no other", async (t) => {
  const desk = await openDesk(t);
  const document = await documentOf(desk);
  const routes = desk.routes
    .filter((route) => route.includes(" /api/v1/") && !route.startsWith("HEAD ") && !route.endsWith("/openapi.json"))
    .map((route) => route.replace(/:(\w+)/g, "{$1}"));
  const named = operations(document).map(({ name }) => name);
  assert.deepEqual(named.sort(), [...routes, "GET /healthz", "GET /readyz"].sort());
  assert.equal(routes.length, 19);
});

test("every call has words, its parameters, its key, and an answer for whatever may happen", async (t) => {
  const desk = await openDesk(t);
  const document = await documentOf(desk);
  const ids = operations(document).map(({ operation }) => operation.operationId);
  assert.equal(new Set(ids).size, ids.length, "operation ids differ");
  assert.deepEqual(document.components.securitySchemes, {
    key: { type: "http", scheme: "bearer", description: "An API key made in the settings" },
  });
  for (const { name, path, method, operation } of operations(document)) {
    assert.ok(operation.summary, name);
    const parameters = (operation.parameters ?? []).map((one) =>
      "$ref" in one ? document.components.parameters[one.$ref.split("/").pop()!]! : one,
    );
    const inPath = parameters.filter((one) => one.in === "path").map((one) => one.name);
    assert.deepEqual(
      inPath,
      [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]),
      name,
    );
    for (const one of parameters) assert.ok(one.description && one.schema, `${name} ${one.name}`);
    if (!path.startsWith("/api/")) continue;
    assert.deepEqual(operation.security, [{ key: [] }], name);
    assert.match(operation.description ?? "", /Needs the scope (read|write)\.$/, name);
    assert.equal(
      parameters.some((one) => one.name === "Idempotency-Key"),
      method === "post",
      name,
    );
    const statuses = Object.keys(operation.responses);
    for (const status of ["400", "401", "403", "429", "500"]) assert.ok(statuses.includes(status), `${name} ${status}`);
    assert.equal(statuses.filter((status) => status.startsWith("2")).length, 1, name);
    if (path.includes("{id}")) assert.ok(statuses.includes("404"), name);
    if (method === "post") assert.ok(statuses.includes("409"), name);
  }
  for (const [name, response] of Object.entries(document.components.responses)) {
    assert.ok(response.content?.["application/problem+json"], name);
    assert.ok(response.description.length > 10, name);
  }
  assert.ok(document.components.responses["RateLimited"]?.headers?.["Retry-After"]);
});

test("references lead somewhere, examples fit their schemas, and null is a type", async (t) => {
  const desk = await openDesk(t);
  const document = await documentOf(desk);
  const text = JSON.stringify(document);
  for (const [, kind, name] of text.matchAll(/"\$ref":"#\/components\/(\w+)\/([^"]+)"/g)) {
    const part = document.components[kind as keyof Document["components"]];
    assert.ok(part?.[name!], `${kind}/${name}`);
  }
  assert.ok(!text.includes('"nullable"'));
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: "doc", components: document.components });
  let shown = 0;
  for (const { name, operation } of operations(document)) {
    const content = operation.requestBody?.content["application/json"];
    if (!content) continue;
    shown += 1;
    const validate = ajv.compile({ $ref: `doc${content.schema.$ref}` });
    assert.ok(validate(content.example), `${name}: ${ajv.errorsText(validate.errors)}`);
  }
  assert.equal(shown, 6);
});

test("bodies are described as they are read", async (t) => {
  const desk = await openDesk(t);
  const document = await documentOf(desk);
  const { schemas } = document.components;
  assert.deepEqual(Object.keys(schemas["NewPost"]?.properties ?? {}), [
    "text",
    "media",
    "scheduledAt",
    "timeZone",
    "publish",
    "channels",
  ]);
  assert.equal(schemas["NewPost"]?.["additionalProperties"], false);
  assert.equal(schemas["Post"]?.["additionalProperties"], undefined, "answers may grow");
  const upload = document.paths["/api/v1/media"]?.["post"]?.requestBody?.content["multipart/form-data"]?.schema;
  assert.deepEqual([upload?.required, upload?.properties?.["file"]?.format], [["file"], "binary"]);
});

interface Shown {
  id: string;
  name: string;
  configured: boolean;
  limits: object;
  options: Schema & { properties: Record<string, Schema>; required: string[] };
}

/** The names that the contract fixes, per platform. */
const FIXED: Readonly<Record<string, string[]>> = {
  tiktok: [
    ...["mode", "privacyLevel", "allowComment", "allowDuet", "allowStitch", "yourBrand", "brandedContent", "isAigc"],
    ...["coverTimestampMs", "autoAddMusic", "musicConsent"],
  ],
  youtube: [
    ...["title", "tags", "categoryId", "privacyStatus", "madeForKids", "containsSyntheticMedia", "hasPaidPromotion"],
    ...["license", "embeddable", "notifySubscribers", "playlistId", "thumbnailMediaId"],
  ],
  instagram: [
    ...["kind", "altText", "coverTimestampMs", "coverMediaId", "shareToFeed", "collaborators", "firstComment"],
  ],
  facebook: ["kind", "title", "link", "firstComment"],
};

test("platforms publish their options as JSON Schema, with defaults and what must be given", async (t) => {
  const desk = await openDesk(t);
  const { body } = await desk.call<{ items: Shown[] }>("GET", "/v1/platforms");
  const ajv = new Ajv2020({ strict: true, strictRequired: false, validateFormats: false });
  const takes = (id: string, options: object): boolean =>
    ajv.compile(body.items.find((one) => one.id === id)!.options)(options);
  for (const { id, name, limits, options } of body.items) {
    assert.ok(Object.keys(limits).length > 3 && name, id);
    assert.equal(options["additionalProperties"], false);
    assert.ok(ajv.validateSchema(options), id);
    for (const fixed of FIXED[id] ?? []) assert.ok(options.properties[fixed]?.type, `${id} ${fixed}`);
    // Defaults are what the platform's own schema fills in.
    const filled = platforms.find((one) => one.id === id)!.options.parse({}) as Record<string, unknown>;
    for (const [field, schema] of Object.entries(options.properties)) {
      if (!options.required.includes(field)) assert.deepEqual(schema.default, filled[field], `${id} ${field}`);
    }
  }
  const told = body.items.flatMap((one) => Object.values(one.options.properties)).filter((one) => one.description);
  assert.ok(told.length > 25, `${told.length} options are described`);
  const of = (id: string) => body.items.find((one) => one.id === id)!.options;
  const { description: _words, ...mode } = of("tiktok").properties["mode"]!;
  assert.deepEqual(mode, { type: "string", enum: ["direct", "inbox"], default: "inbox" });
  assert.deepEqual(of("youtube").required, ["title", "privacyStatus", "madeForKids"]);
  assert.equal(of("youtube").properties["privacyStatus"]?.default, undefined);
  assert.deepEqual(
    [
      takes("tiktok", {}),
      takes("tiktok", { mode: "direct" }),
      takes("tiktok", { mode: "direct", privacyLevel: "SELF_ONLY", musicConsent: false }),
      takes("tiktok", { mode: "direct", privacyLevel: "SELF_ONLY", musicConsent: true }),
      takes("youtube", {}),
      takes("youtube", { title: "Sea", privacyStatus: "private", madeForKids: false }),
      takes("facebook", { kind: "reel", colour: "red" }),
    ],
    [true, false, false, true, false, true, false],
  );
});

test("short lists page like long ones", async (t) => {
  const desk = await openDesk(t);
  interface Page {
    items: Array<{ id: string }>;
    nextCursor: string | null;
  }
  const seen: string[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const { body }: { body: Page } = await desk.call<Page>(
      "GET",
      `/v1/platforms?limit=1${cursor && `&cursor=${cursor}`}`,
    );
    seen.push(...body.items.map((one) => one.id));
    cursor = body.nextCursor;
  }
  assert.deepEqual(
    seen,
    platforms.map((one) => one.id),
  );
  for (const list of ["platforms", "channels", "media", "posts"]) {
    assert.equal((await desk.call("GET", `/v1/${list}?cursor=nonsense`)).status, 400, list);
    assert.equal((await desk.call("GET", `/v1/${list}?limit=0`)).status, 400, list);
  }
});
