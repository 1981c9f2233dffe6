/** Holds answers to the OpenAPI document: status, headers and body of every call must be what it says, and nothing else. */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import type { Document, Operation, Response, Schema } from "../../src/api/document.ts";

export interface Given {
  method: string;
  /** With its query: /api/v1/posts?limit=3 */
  path: string;
  status: number;
  headers: Headers;
  /** As it was received. */
  text: string;
}

export class Contract {
  readonly document: Document;
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor(document: Document) {
    this.document = document;
    this.#ajv.addSchema({ $id: "doc", components: closed(document.components) });
  }

  /** Why this answer is not what the document promises; null when it is. */
  fault(given: Given): string | null {
    const found = this.#operation(given);
    const where = `${given.method} ${given.path} → ${given.status}`;
    if (!found) return given.status >= 400 && given.status < 500 ? this.#problem(given) : `${where}: no such call`;
    const { key, operation } = found;
    const named = operation.responses[given.status];
    if (!named) return `${where} is not among the answers of ${operation.operationId}: ${given.text.slice(0, 300)}`;
    const response = "$ref" in named ? this.document.components.responses[named.$ref.split("/").pop()!]! : named;
    return this.#headers(where, given, response) ?? this.#body(where, `${key} ${given.status}`, given, response);
  }

  #operation({ method, path }: Given): { key: string; operation: Operation } | null {
    const parts = path.replace(/\?.*$/s, "").split("/");
    for (const [pattern, operations] of Object.entries(this.document.paths)) {
      const wanted = pattern.split("/");
      const operation = operations[method.toLowerCase()];
      if (!operation || wanted.length !== parts.length) continue;
      if (wanted.every((part, at) => part.startsWith("{") || part === parts[at])) {
        return { key: `${method} ${pattern}`, operation };
      }
    }
    return null;
  }

  #headers(where: string, given: Given, response: Response): string | null {
    if (given.status === 429 && !/^[1-9]\d*$/.test(given.headers.get("retry-after") ?? ""))
      return `${where}: no Retry-After`;
    if (given.status === 401 && !given.headers.has("www-authenticate")) return `${where}: no WWW-Authenticate`;
    const type = given.headers.get("content-type")?.split(";")[0] ?? "";
    const promised = Object.keys(response.content ?? {});
    if (promised.length === 0) return given.text === "" ? null : `${where}: a body where none is promised`;
    return promised.includes(type) ? null : `${where}: ${type} instead of ${promised.join()}`;
  }

  #body(where: string, key: string, given: Given, response: Response): string | null {
    const schema = Object.values(response.content ?? {})[0]?.schema;
    if (!schema) return null;
    const json = parsed(given.text);
    if (json === undefined) return `${where}: not JSON`;
    const validate = this.#validator(key, schema);
    if (!validate(json)) return `${where}: ${this.#ajv.errorsText(validate.errors)} in ${given.text.slice(0, 500)}`;
    const told = (json as { status?: unknown }).status;
    return given.status >= 400 && typeof told === "number" && told !== given.status ? `${where}: says ${told}` : null;
  }

  #problem(given: Given): string | null {
    const response = this.document.components.responses["NotFound"]!;
    const where = `${given.method} ${given.path} → ${given.status}`;
    return this.#headers(where, given, response) ?? this.#body(where, "problem", given, response);
  }

  #validator(key: string, schema: Schema): ValidateFunction {
    let validate = this.#compiled.get(key);
    if (!validate) {
      const text = JSON.stringify(closed(schema)).replaceAll('"#/components/', '"doc#/components/');
      this.#compiled.set(key, (validate = this.#ajv.compile(JSON.parse(text) as object)));
    }
    return validate;
  }
}

/** Answers may grow for clients, but not past our own document: what it does not name is a fault. */
function closed<T>(part: T): T {
  return JSON.parse(
    JSON.stringify(part, (_key, value: unknown) =>
      isObjectSchema(value) ? { additionalProperties: false, ...value } : value,
    ),
  ) as T;
}

function isObjectSchema(value: unknown): value is object {
  return (
    typeof value === "object" && value !== null && "type" in value && value.type === "object" && "properties" in value
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const known = new Map<string, Contract>();

/** Compiling takes longer than most tests, and the document is the same in all of them. */
export async function contractOf(url: string): Promise<Contract> {
  const reply = await fetch(`${url}/api/v1/openapi.json`);
  const text = await reply.text();
  let contract = known.get(text);
  if (!contract) known.set(text, (contract = new Contract(JSON.parse(text) as Document)));
  return contract;
}
