/** A platform's post options as JSON Schema: what a client sends as JSON, with defaults and what must be given. */
import { z } from "zod";
import type { Platform } from "../platforms/index.ts";
import type { Schema } from "./document.ts";

/** An option that is read from several forms is described by the one that JSON has for it. */
export function optionsSchema(one: Platform): Schema {
  const sent = z.toJSONSchema(one.options, { io: "input", unrepresentable: "any" }) as Schema;
  const read = z.toJSONSchema(one.options, { io: "output", unrepresentable: "any" }) as Schema;
  const { $schema, type, properties: _all, required: _given, additionalProperties: _open, ...more } = sent;
  const missing = one.options.safeParse({}).error?.issues.map((issue) => String(issue.path[0])) ?? [];
  const required = [...new Set([...(sent.required ?? []), ...missing])];
  const properties = Object.entries(sent.properties ?? {}).map(([name, schema]) => {
    const { description: _words, ...shape } = schema;
    const told = Object.keys(shape).length > 0 ? schema : { ...read.properties?.[name], ...schema };
    return [name, asJson(told, required.includes(name))];
  });
  return {
    $schema: String($schema),
    type: type ?? "object",
    properties: Object.fromEntries(properties) as Record<string, Schema>,
    required,
    additionalProperties: false,
    ...more,
  };
}

/** Forms send words for everything and "" for nothing; in JSON these are not what one means. */
function asJson(schema: Schema, required: boolean): Schema {
  const { anyOf, enum: choices, default: fallback, ...rest } = schema;
  return {
    ...rest,
    ...anyOf?.[0],
    ...(choices && { enum: choices.filter((choice) => choice !== "") }),
    ...(fallback !== undefined && !required && { default: fallback }),
  };
}
