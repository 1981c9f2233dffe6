/** Requests made from the OpenAPI document: some fit it, most are bent somewhere, and many name what belongs to somebody else. */
import fc from "fast-check";
import type { Document, Operation, Parameter } from "../../src/api/document.ts";
import { idOf, KINDS, maybe, mostly, valueOf, type Ids, type Source } from "./fuzz-values.ts";
import { deep, STRINGS } from "./hostile.ts";

export interface FuzzRequest {
  method: string;
  /** From /api/v1 on, query included. */
  target: string;
  headers: Record<string, string>;
  body: string | Uint8Array<ArrayBuffer> | null;
}

type Content = Pick<FuzzRequest, "headers" | "body">;

/** Any request of the document. */
export function anyRequest(document: Document, ids: () => Ids): fc.Arbitrary<FuzzRequest> {
  const source = { ids, schemas: document.components.schemas };
  const calls = Object.entries(document.paths)
    .filter(([path]) => path.startsWith("/api/"))
    .flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => requestOf(source, path, method, operation)),
    );
  return fc.oneof(...calls);
}

function requestOf(source: Source, path: string, method: string, operation: Operation): fc.Arbitrary<FuzzRequest> {
  const parameters = (operation.parameters ?? []).filter((one): one is Parameter => "name" in one);
  const query = parameters.filter((one) => one.in === "query");
  const kind = KINDS.find((one) => path.includes(`/${one}`)) ?? "posts";
  return fc
    .record({
      method: mostly(fc.constant(method.toUpperCase()), otherMethod, 40),
      id: mostly(idOf(source, kind), fc.constantFrom(...STRINGS), 12),
      query: fc.record(Object.fromEntries(query.map((one) => [one.name, maybe(queryValue(source, one), 4)]))),
      extra: maybe(fc.tuple(fc.constantFrom("x", "limit", "id[]", "__proto__"), fc.constantFrom(...STRINGS)), 25),
      key: maybe(
        mostly(fc.constantFrom("one", "two", "three"), fc.constantFrom("a b", "", "x".repeat(300)), 6),
        method === "post" ? 4 : 20,
      ),
      content: contentOf(source, operation),
    })
    .map(({ method, id, query, extra, key, content }) => {
      const search = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== null);
      if (extra) search.push(extra);
      const text = search.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&");
      const sent = method === "GET" || method === "HEAD" ? { headers: {}, body: null } : content;
      return {
        method,
        target: `${path.replace("{id}", () => encode(id) || "%20")}${text && `?${text}`}`,
        headers: { ...sent.headers, ...(key !== null && { "idempotency-key": key }) },
        body: sent.body,
      };
    });
}

const otherMethod = fc.constantFrom("GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS");

/** A lone surrogate and a broken escape go out as they are: whoever can write an address can write these. */
function encode(text: string): string {
  if (!text.isWellFormed()) return "%ED%A0%80";
  return text.startsWith("%") ? text : encodeURIComponent(text);
}

function queryValue(source: Source, one: Parameter): fc.Arbitrary<string> {
  const fitting: fc.Arbitrary<unknown> =
    one.name === "channelId" ? idOf(source, "channels") : valueOf(source, one.schema, one.name);
  return mostly(fitting.map(String), fc.constantFrom(...STRINGS), 5);
}

function contentOf(source: Source, operation: Operation): fc.Arbitrary<Content> {
  const [type, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  if (type === "multipart/form-data") return form();
  const none: Content = { headers: {}, body: null };
  if (!content) return mostly(fc.constant(none), fc.constantFrom(json("{}"), json(""), json("[")), 5);
  const { schema } = content;
  const bent = valueOf(source, schema).map((value) => json(JSON.stringify(value)));
  const otherType = fc.constantFrom(
    ...["text/plain", "application/xml", "multipart/form-data; boundary=x", "application/json; charset=utf-16"],
  );
  return fc.oneof(
    { weight: 30, arbitrary: bent },
    { weight: 1, arbitrary: fc.constantFrom(...BROKEN).map(json) },
    { weight: 1, arbitrary: otherType.map((kind) => ({ headers: { "content-type": kind }, body: '{"text":"x"}' })) },
  );
}

function json(text: string): Content {
  return { headers: { "content-type": "application/json" }, body: text };
}

const BROKEN: readonly string[] = [
  ...["", "{", "[]", "null", "1e999", '{"__proto__":{"admin":true}}', '{"constructor":{"prototype":{}}}', "\ufeff{}"],
  ...[100, 5000, 100_000].flatMap((levels) => [
    deep(levels),
    `{"text":${deep(levels)}}`,
    `{"channels":[{"channelId":"x","options":{"deep":${deep(levels)}}}]}`,
  ]),
  `{"text":"${"x".repeat(1_100_000)}"}`,
];

const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

function form(): fc.Arbitrary<Content> {
  const picture = Buffer.from(PNG, "base64");
  const bytes = fc.oneof(
    fc.constant(picture),
    fc.uint8Array({ maxLength: 400 }).map((some) => Buffer.concat([picture, some])),
    fc.uint8Array({ maxLength: 2000 }).map((some) => Buffer.from(some)),
    fc.constantFrom(...STRINGS).map((text) => Buffer.from(text)),
  );
  const field = mostly(fc.constant("file"), fc.constantFrom("File", "files", "__proto__", "a\u0000"), 5);
  const name = fc.constantFrom("a.png", ...STRINGS);
  return fc.tuple(bytes, field, name, fc.nat({ max: 14 })).map(([some, field, file, luck]) => {
    const quoted = file.replace(/["\r\n]/g, "_");
    const head = `--x\r\ncontent-disposition: form-data; name="${field}"; filename="${quoted}"\r\ncontent-type: image/png\r\n\r\n`;
    const tail = luck === 0 ? "" : luck === 1 ? "\r\n--x\r\n" : "\r\n--x--\r\n";
    const type = luck === 2 ? "multipart/form-data" : "multipart/form-data; boundary=x";
    const body = new Uint8Array(Buffer.concat([Buffer.from(head), some, Buffer.from(tail)]));
    return { headers: { "content-type": type }, body };
  });
}
