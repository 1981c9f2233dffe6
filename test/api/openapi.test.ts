/** The document is OpenAPI 3.1, names every route that exists, and holds together; platforms publish their options. */
import assert from "node:assert/strict";
import test from "node:test";
import { openDesk } from "./desk.ts";

interface Operation {
  operationId?: string;
  summary?: string;
  parameters?: Array<{ name: string; in: string; required?: boolean; schema?: object }>;
  requestBody?: { content: Record<string, { schema: { properties?: Record<string, unknown> } }> };
  responses?: Record<string, { description?: string; content?: Record<string, { schema?: object }> }>;
}

interface Document {
  openapi: string;
  info: { title: string; version: string };
  security: object[];
  components: { securitySchemes: Record<string, { type: string; scheme: string }>; schemas?: Record<string, object> };
  paths: Record<string, Record<string, Operation>>;
}

test("every route is in the document, and every operation is whole", async (t) => {
  const desk = await openDesk(t);
  const { status, headers, body } = await desk.call<Document>("GET", "/v1/openapi.json", undefined, { key: null });
  assert.equal(status, 200);
  assert.match(headers.get("content-type") ?? "", /^application\/json/);
  assert.match(body.openapi, /^3\.1\.\d$/);
  const routes = desk.routes
    .filter((route) => route.includes(" /api/v1/") && !route.startsWith("HEAD ") && !route.endsWith("/openapi.json"))
    .map((route) => route.replace(/:(\w+)/g, "{$1}"))
    .sort();
  const documented = Object.entries(body.paths)
    .flatMap(([path, operations]) => Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`))
    .sort();
  assert.deepEqual(documented, routes);
  assert.equal(routes.length, 19);
  for (const path of ["/api/v1/platforms", "/api/v1/posts/{id}", "/api/v1/media/import"])
    assert.ok(body.paths[path], path);
  const ids = new Set<string>();
  for (const [path, operations] of Object.entries(body.paths)) {
    for (const operation of Object.values(operations)) {
      assert.ok(operation.operationId && operation.summary, path);
      ids.add(operation.operationId);
      const declared = (operation.parameters ?? []).filter((one) => one.in === "path").map((one) => one.name);
      assert.deepEqual(
        declared,
        [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]),
        path,
      );
      assert.ok(operation.responses && Object.keys(operation.responses).some((code) => code.startsWith("2")), path);
      assert.ok(operation.responses["4XX"]?.content?.["application/problem+json"]?.schema, path);
      for (const [code, response] of Object.entries(operation.responses))
        assert.ok(response.description !== undefined, `${path} ${code}`);
    }
  }
  assert.equal(ids.size, documented.length, "operation ids differ");
  assert.deepEqual(
    Object.values(body.components.securitySchemes).map((one) => [one.type, one.scheme]),
    [["http", "bearer"]],
  );
  for (const [, ref] of JSON.stringify(body).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g))
    assert.ok(body.components.schemas?.[ref!], ref);
  assert.ok(!JSON.stringify(body).includes('"nullable"'), "3.1 says null as a type");
});

test("bodies are described as they are read", async (t) => {
  const desk = await openDesk(t);
  const { body } = await desk.call<Document>("GET", "/v1/openapi.json", undefined, { key: null });
  const post = body.paths["/api/v1/posts"]?.["post"]?.requestBody?.content["application/json"]?.schema;
  assert.deepEqual(Object.keys(post?.properties ?? {}).sort(), [
    "channels",
    "media",
    "publish",
    "scheduledAt",
    "text",
    "timeZone",
  ]);
  const upload = body.paths["/api/v1/media"]?.["post"]?.requestBody?.content["multipart/form-data"]?.schema;
  assert.deepEqual(upload?.properties, { file: { type: "string", format: "binary" } });
});

test("the document is shown at /api/docs without scripts from elsewhere", async (t) => {
  const desk = await openDesk(t);
  const page = await desk.call<string>("GET", "/docs/", undefined, { key: null });
  assert.equal(page.status, 200);
  assert.match(page.headers.get("content-type") ?? "", /text\/html/);
  const sources = [...String(page.body).matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]!);
  for (const source of sources) {
    assert.ok(!/^(https?:)?\/\//.test(source), source);
    const reply = await fetch(new URL(source, `${desk.url}/api/docs/`));
    await reply.arrayBuffer();
    assert.equal(reply.status, 200, source);
  }
});

test("platforms say their limits, whether they are set up, and what options they take", async (t) => {
  const desk = await openDesk(t);
  interface Shown {
    id: string;
    configured: boolean;
    limits: object;
    options: {
      properties: Record<string, { type?: string; enum?: string[] }>;
      required: string[];
      additionalProperties: boolean;
    };
  }
  const { body } = await desk.call<{ items: Shown[] }>("GET", "/v1/platforms");
  const tiktok = body.items.find((one) => one.id === "tiktok");
  const youtube = body.items.find((one) => one.id === "youtube");
  assert.deepEqual(Object.keys(body.items[0]!).sort(), ["configured", "id", "limits", "name", "options"]);
  assert.deepEqual(tiktok?.options.properties["mode"]?.enum, ["direct", "inbox"]);
  assert.deepEqual(youtube?.options.properties["privacyStatus"]?.enum, ["public", "unlisted", "private"]);
  assert.equal(youtube?.options.properties["madeForKids"]?.type, "boolean");
  assert.ok(Object.keys(youtube?.limits ?? {}).length > 3);
  assert.equal(youtube?.options.additionalProperties, false);
});
