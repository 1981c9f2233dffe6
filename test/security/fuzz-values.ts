/** JSON values made from a schema: most fit it, some are bent at one place, and ids are taken from what exists. */
import fc from "fast-check";
import type { Schema } from "../../src/api/document.ts";
import { NUMBERS, STRINGS } from "./hostile.ts";

export const KINDS = ["channels", "media", "posts", "publications"] as const;
export type Kind = (typeof KINDS)[number];
type Pools = Readonly<Record<Kind, readonly string[]>>;

export interface Ids {
  own: Pools;
  foreign: Pools;
}

/** What values are made from. `ids` is read anew for every value, so it may change between samples. */
export interface Source {
  ids: () => Ids;
  schemas: Record<string, Schema>;
}

/** `rare` about once in `oneIn`. */
export function mostly<T>(usual: fc.Arbitrary<T>, rare: fc.Arbitrary<T>, oneIn: number): fc.Arbitrary<T> {
  return fc.oneof({ weight: oneIn - 1, arbitrary: usual }, { weight: 1, arbitrary: rare });
}

/** `value` about once in `oneIn`, else null. */
export function maybe<T>(value: fc.Arbitrary<T>, oneIn = 2): fc.Arbitrary<T | null> {
  return mostly<T | null>(fc.constant(null), value, oneIn);
}

/** Mostly one of their own and of the right kind; else somebody else's, or something that is no such thing. */
export function idOf(source: Source, kind: Kind): fc.Arbitrary<string> {
  return fc.tuple(fc.nat({ max: 9999 }), fc.nat({ max: 29 })).map(([n, luck]) => {
    const whose = luck < 25 ? source.ids().own : source.ids().foreign;
    const pool = whose[luck === 24 || luck === 29 ? KINDS[n % KINDS.length]! : kind];
    return pool[n % pool.length] ?? "none";
  });
}

/** A value for this schema, bent at any place with some luck. `name` is the property it is for. */
export function valueOf(source: Source, schema: Schema, name = "", depth = 0): fc.Arbitrary<unknown> {
  const real = schema.$ref ? source.schemas[schema.$ref.split("/").pop()!]! : schema;
  return fc.oneof(
    { weight: 80, arbitrary: fitting(source, real, name, depth) },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(...STRINGS, ...NUMBERS, null, true, [], {}) },
    { weight: depth > 2 ? 0 : 1, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
  );
}

function fitting(source: Source, schema: Schema, name: string, depth: number): fc.Arbitrary<unknown> {
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => valueOf(source, one, name, depth + 1)));
  if ("const" in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  switch ([schema.type].flat()[0]) {
    case "object":
      return objectOf(source, schema, depth);
    case "array": {
      const item = valueOf(source, schema.items ?? {}, name, depth + 1);
      return fc.oneof(
        { weight: 9, arbitrary: fc.array(item, { maxLength: 2 }) },
        { weight: 1, arbitrary: fc.array(item, { maxLength: 60 }) },
      );
    }
    case "integer":
    case "number":
      return fc.oneof(fc.nat({ max: 120 }), fc.constantFrom(...NUMBERS));
    case "boolean":
      return fc.boolean();
    case "string":
      return stringOf(source, schema, name);
    default:
      return fc.constant(null);
  }
}

function objectOf(source: Source, schema: Schema, depth: number): fc.Arbitrary<unknown> {
  const named = Object.entries(schema.properties ?? {});
  if (named.length === 0) return platformOptions(source);
  const known = fc.record(
    Object.fromEntries(named.map(([name, one]) => [name, valueOf(source, one, name, depth + 1)])),
    { requiredKeys: schema.required ?? [] },
  );
  const stray = fc.dictionary(fc.constantFrom("x", "id", "workspaceId", "toString"), fc.string());
  return fc.tuple(known, maybe(stray, 30)).map(([own, extra]) => ({ ...own, ...extra }));
}

/** Names that platforms really read, with values that may be anything. */
function platformOptions(source: Source): fc.Arbitrary<unknown> {
  const real = fc.constantFrom<unknown>(
    { mode: "inbox" },
    { mode: "direct", privacyLevel: "SELF_ONLY", musicConsent: true },
    { title: "Sea", privacyStatus: "private", madeForKids: false },
    { kind: "reel" },
    {},
  );
  const value = fc.oneof(
    fc.constantFrom<unknown>(...STRINGS, ...NUMBERS, true, false, null),
    idOf(source, "media"),
    fc.jsonValue({ maxDepth: 3 }),
  );
  const name = fc.constantFrom(
    ...["mode", "privacyLevel", "title", "tags", "kind", "coverMediaId", "thumbnailMediaId", "link", "firstComment"],
    ...[
      "collaborators",
      "altText",
      "coverTimestampMs",
      "privacyStatus",
      "madeForKids",
      "musicConsent",
      "__proto__",
      "x",
    ],
  );
  return fc.oneof(real, fc.dictionary(name, value, { maxKeys: 8 }));
}

function stringOf(source: Source, schema: Schema, name: string): fc.Arbitrary<string> {
  if (name === "channelId" || name === "media") return idOf(source, name === "media" ? "media" : "channels");
  if (name === "timeZone") return fc.constantFrom("Europe/Paris", "America/St_Johns", "UTC", "Pacific/Kiritimati");
  if (schema.format === "date-time") {
    return fc.oneof(
      fc.date({ min: new Date(1.83e12), max: new Date(4e12), noInvalidDate: true }).map((date) => date.toISOString()),
      fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }).map((date) => date.toISOString()),
      fc.constantFrom("2027-12-01T17:30:00+01:00", "2028-11-22T12:00:30Z"),
    );
  }
  if (schema.format === "uri") return fc.oneof(fc.webUrl({ withQueryParameters: true }), fc.constantFrom(...STRINGS));
  return fc.oneof(
    fc.string({ maxLength: 60 }),
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.constantFrom("The sea", ...STRINGS),
  );
}
