/** Moves media within the form, for the buttons that work without JavaScript. */
import type { ComposeForm } from "./form.ts";

const ACT = /^media\.(up|down|remove)\.([A-Za-z0-9_-]{1,64})\.(\d{1,3})$/;

/** "media.up.all.2" moves the third file up; the scope is "all" or a channel's id. Other acts leave the form as it is. */
export function arrange(form: ComposeForm, act: string): ComposeForm {
  const [, verb, scope, place] = ACT.exec(act) ?? [];
  if (verb === undefined || scope === undefined) return form;
  if (scope === "all") return { ...form, media: moved(form.media, verb, Number(place)) };
  const version = form.versions.get(scope);
  if (!version) return form;
  const versions = new Map(form.versions).set(scope, { ...version, media: moved(version.media, verb, Number(place)) });
  return { ...form, versions };
}

function moved(list: readonly string[], verb: string, from: number): string[] {
  const item = list[from];
  if (item === undefined) return [...list];
  const rest = list.filter((_, index) => index !== from);
  if (verb === "remove") return rest;
  const to = Math.max(0, Math.min(rest.length, verb === "up" ? from - 1 : from + 1));
  return [...rest.slice(0, to), item, ...rest.slice(to)];
}
