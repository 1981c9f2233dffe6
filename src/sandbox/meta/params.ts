/** Parameters of a Graph call: from the query, a form, JSON or a multipart body, all the same to Meta. */
import { Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
import { formBody, jsonBody } from "../bodies.ts";
import type { World } from "../world.ts";
import { readParts, type ReceivedFile } from "./parts.ts";
import { invalid } from "./refusal.ts";

export interface Params {
  values: Record<string, string>;
  /** The file of a multipart body. */
  file: ReceivedFile | null;
}

/** Everything the caller said. Throws (#100) for a body that is none of the known kinds. */
export async function paramsOf(world: World, request: FastifyRequest): Promise<Params> {
  const query = { ...(request.query as Record<string, string>) };
  const form = formBody(request);
  if (form) return { values: { ...query, ...form }, file: null };
  const json = jsonBody(request);
  if (json) {
    const texts = Object.entries(json).map(([name, value]) => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]);
    return { values: { ...query, ...(Object.fromEntries(texts) as Record<string, string>) }, file: null };
  }
  const boundary = /^multipart\/form-data;.*boundary="?([^";]+)/i.exec(request.headers["content-type"] ?? "")?.[1];
  if (boundary && request.body instanceof Readable) {
    const { fields, file } = await readParts(world, request.body, boundary);
    return { values: { ...query, ...fields }, file };
  }
  if (Number(request.headers["content-length"] ?? 0) > 0) throw invalid("The body could not be read.");
  return { values: query, file: null };
}

/** A parameter that must be there. */
export function needed(params: Params, name: string): string {
  const value = params.values[name];
  if (value !== undefined && value !== "") return value;
  throw invalid(`The parameter ${name} is required.`);
}

/** The names in `fields`, without what is asked below or of them; throws (#100) for one that is not known. */
export function fieldsOf(request: FastifyRequest, known: readonly string[], usual: readonly string[]): string[] {
  const asked = (request.query as Record<string, string>)["fields"];
  if (!asked) return [...usual];
  const names: string[] = [];
  let depth = 0;
  let name = "";
  for (const sign of `${asked},`) {
    if (sign === "," && depth === 0) {
      names.push(/^[a-z_]+/.exec(name.trim())?.[0] ?? "");
      name = "";
      continue;
    }
    if (sign === "{" || sign === "(") depth += 1;
    if (sign === "}" || sign === ")") depth -= 1;
    name += sign;
  }
  const unknown = names.find((one) => !known.includes(one));
  if (unknown !== undefined) throw invalid(`Tried accessing nonexisting field (${unknown})`);
  return names;
}

/** One page of a list in Meta's shape: cursors always, `next` only where more follows. */
export function pageOfList(request: FastifyRequest, all: readonly object[]): object {
  const { limit = "25", after = "" } = request.query as Record<string, string>;
  const most = Number(limit);
  if (!(most >= 1 && most <= 100)) throw invalid("The limit must lie between 1 and 100.");
  const from = after === "" ? 0 : Number(Buffer.from(after, "base64url").toString());
  const data = all.slice(from, from + most);
  if (data.length === 0) return { data };
  const cursor = (at: number) => Buffer.from(String(at)).toString("base64url");
  const cursors = { before: cursor(from), after: cursor(from + data.length) };
  const more = from + data.length < all.length;
  return { data, paging: { cursors, ...(more ? { next: `https://graph.facebook.com/?after=${cursors.after}` } : {}) } };
}
