/** Makes the choices a person would make on the compose form, from the fields that a platform's own panel offers. */
import type { Draft, Field, Platform, Preparation } from "../../src/platforms/index.ts";

/** What a first choice would get wrong: an inbox draft is not published, and a film for grown-ups is not made for kids. */
const preferred: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  tiktok: { mode: "direct" },
  youtube: { madeForKids: "false" },
};

/**
 * Options with which this draft has no problems as far as its platform can tell. Throws with the platform's own sentence when
 * something stays wrong.
 */
export function chooseOptions(platform: Platform, draft: Draft, preparation: Preparation): Record<string, unknown> {
  const options: Record<string, unknown> = { ...preferred[platform.id] };
  for (let round = 0; round < 10; round += 1) {
    const now = { ...draft, options };
    const problems = platform.validate(now, preparation);
    if (problems.length === 0) return options;
    const fields = platform.panel(now, preparation).fields;
    const answered = problems.filter((problem) => answer(options, problem.field, fields, draft.text));
    if (answered.length === 0) throw new Error(`${platform.name}: ${problems[0]!.message} ${problems[0]!.remedy}`);
  }
  throw new Error(`${platform.name} found no end of problems.`);
}

/** Fills one field that has a problem; false when there is none of that name or it was filled before. */
function answer(options: Record<string, unknown>, name: string, fields: readonly Field[], text: string): boolean {
  const field = fields.find((candidate) => candidate.name === name);
  if (!field || name in options) return false;
  options[name] = valueFor(field, text);
  return options[name] !== undefined;
}

function valueFor(field: Field, text: string): string | undefined {
  switch (field.kind) {
    case "select":
    case "radio":
      return field.choices?.find((choice) => !choice.disabled && choice.value !== "")?.value;
    case "toggle":
      return "true";
    case "text":
    case "textarea":
      return text.split("\n")[0]!.slice(0, field.counter?.max ?? 90);
    case "tags":
      return "demo";
    case "media":
    case "number":
    case "moment":
      return undefined;
  }
}
