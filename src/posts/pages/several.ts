/** What is asked before several posts are moved, called off or copied, and what is said afterwards, post by post. */
import { Refusal, refuseForm, words } from "../../web/index.ts";
import { movesOf, UNITS, type Unit, type Wish } from "../moves.ts";
import { instantOf } from "../schedule.ts";
import { MOST_AT_ONCE, placedOf, type Chosen, type Outcome } from "../several.ts";
import type { FullPost } from "../shapes.ts";
import { whyNotCalledOff, whyNotMoved } from "../standing.ts";
import { rowOf, type PostRowView } from "./rows.ts";
import type { ShowRooms } from "./show.ts";

export type Act = "move" | "call-off" | "copy";

export interface SeveralForm {
  act: Act;
  chosen: Chosen[];
  /** Where the person came from: an address of the list. */
  back: string;
  /** To a time ("2026-12-01", "17:30"), or by an amount. */
  how: "to" | "by";
  date: string;
  time: string;
  amount: string;
  unit: Unit;
  earlier: boolean;
}

export interface Line {
  row: PostRowView;
  version: number;
  said: string;
  /** Where it would go, while that is only asked. */
  to?: { text: string; past: boolean };
}

export interface AskingView {
  form: SeveralForm;
  title: string;
  /** What will be changed, and what will not, with the reason. */
  ready: Line[];
  stay: Line[];
  zone: string;
  today: string;
  units: readonly Unit[];
}

const ACTS: readonly Act[] = ["move", "call-off", "copy"];

/** `fields` is whatever arrived. Throws Refusal 422 for more posts than are handled at once. */
export function readSeveral(fields: unknown): SeveralForm {
  const all = typeof fields === "object" && fields !== null ? (fields as Record<string, unknown>) : {};
  const one = (name: string): string => (typeof all[name] === "string" ? all[name].trim().slice(0, 1000) : "");
  const chosen = readChosen(all["post"]);
  return {
    act: ACTS.find((name) => name === one("do")) ?? "move",
    chosen,
    back: /^\/posts(\?[\w=&%.+*-]*)?$/.test(one("back")) ? one("back") : "/posts",
    how: one("how") === "by" ? "by" : "to",
    date: one("date"),
    time: one("time").slice(0, 5),
    amount: one("amount").slice(0, 10),
    unit: UNITS.find((name) => name === one("unit")) ?? "days",
    earlier: one("direction") === "earlier",
  };
}

/** "<id>" or "<id>.<version>", once each. */
function readChosen(value: unknown): Chosen[] {
  const texts = (Array.isArray(value) ? value : [value]).filter((one) => typeof one === "string");
  const found = texts.flatMap((text) => {
    const [, id, version] = /^([A-Za-z0-9_-]{1,64})(?:\.(\d{1,9}))?$/.exec(text) ?? [];
    return id ? [{ id, ...(version && { version: Number(version) }) }] : [];
  });
  const chosen = [...new Map(found.map((one) => [one.id, one])).values()];
  if (chosen.length <= MOST_AT_ONCE) return chosen;
  throw new Refusal(422, {
    title: "That is too much at once",
    message: `${chosen.length} posts were chosen; at most ${MOST_AT_ONCE} are handled at a time. Nothing was changed.`,
    next: "Choose fewer, and do it in turns.",
  });
}

/** Throws Refusal 422 when it is no time or no amount. */
export function wishOf(form: SeveralForm, timeZone: string): Wish {
  if (form.how === "to") {
    const at = instantOf(`${form.date}T${form.time}`, timeZone);
    if (at === null) throw refuseForm("That is not a date and time. Nothing was changed.", "Choose a day and a time.");
    return { kind: "to", at };
  }
  const amount = /^\d{1,3}$/.test(form.amount) ? Number(form.amount) : 0;
  if (amount === 0) throw refuseForm("By how much? Nothing was changed.", "Give a number from 1 to 999.");
  return { kind: "by", amount: form.earlier ? -amount : amount, unit: form.unit };
}

export function askingView(
  rooms: ShowRooms,
  workspace: { id: string; timeZone: string },
  form: SeveralForm,
): AskingView {
  const ids = form.chosen.map(({ id }) => id);
  const lines = rooms.posts.several(workspace.id, ids).map((post) => ({ post, why: whyNot(form.act, post) }));
  const now = rooms.house.clock.now();
  const lineOf = ({ post, why }: (typeof lines)[number]): Line => ({
    row: rowIn(rooms, workspace, post),
    // The version that was looked at, where the form knows it: what changed meanwhile is not moved unseen.
    version: form.chosen.find(({ id }) => id === post.id)?.version ?? post.version,
    said: why ?? "",
  });
  const ready = lines.filter(({ why }) => why === null);
  if (form.act === "move") ready.sort((a, b) => (a.post.scheduledAt ?? 0) - (b.post.scheduledAt ?? 0));
  const posts = ready.map(({ post }) => post);
  const targets = form.act === "move" ? targetsOf(posts, form, workspace.timeZone, now) : new Map<string, Line["to"]>();
  return {
    form: withFirstTime(form, ready[0]?.post ?? null, workspace.timeZone),
    title: question(form.act, ready.length),
    ready: ready.map((one) => ({ ...lineOf(one), to: targets.get(one.post.id) })),
    stay: lines.filter(({ why }) => why !== null).map(lineOf),
    zone: words.zoneName(workspace.timeZone),
    today: words.isoDay(now, workspace.timeZone),
    units: UNITS,
  };
}

/** Empty while no time and no amount is given. */
function targetsOf(
  posts: readonly FullPost[],
  form: SeveralForm,
  timeZone: string,
  now: number,
): Map<string, Line["to"]> {
  try {
    const moves = movesOf(posts.flatMap(placedOf), wishOf(form, timeZone));
    const said = moves.map(({ id, to }): [string, Line["to"]] => {
      return [id, { text: words.dayAndTime(to, timeZone, now), past: to < now }];
    });
    return new Map(said);
  } catch (error) {
    if (error instanceof Refusal) return new Map();
    throw error;
  }
}

/** The form opens with the time that the first of them has. */
function withFirstTime(form: SeveralForm, first: FullPost | null, timeZone: string): SeveralForm {
  if (form.date !== "" || form.time !== "" || !first || first.scheduledAt === null) return form;
  const at = first.scheduledAt;
  return { ...form, date: words.isoDay(at, timeZone), time: words.clockTime(at, timeZone) };
}

function whyNot(act: Act, post: FullPost): string | null {
  if (act === "copy") return null;
  return act === "move" ? whyNotMoved(post) : whyNotCalledOff(post);
}

function question(act: Act, ready: number): string {
  const posts = words.count(ready, "post");
  if (act === "copy") return ready === 1 ? "Duplicate this post?" : `Duplicate ${posts}?`;
  if (ready === 0) return act === "move" ? "None of these can be moved" : "None of these can be called off";
  if (act === "move") return ready === 1 ? "When instead?" : `Another time for ${posts}`;
  return ready === 1 ? "Call this post off?" : `Call off ${posts}?`;
}

export interface DoneView {
  title: string;
  back: string;
  changed: Line[];
  stayed: Line[];
  /** Chosen posts that are not here any more. */
  gone: number;
  copied: boolean;
}

export function doneView(
  rooms: ShowRooms,
  workspace: { id: string; timeZone: string },
  form: SeveralForm,
  outcomes: readonly Outcome[],
): DoneView {
  const now = new Map(
    rooms.posts
      .several(
        workspace.id,
        outcomes.flatMap(({ post }) => post?.id ?? []),
      )
      .map((post) => [post.id, post]),
  );
  const lines = outcomes.flatMap(({ post, changed, said }) => {
    const current = post && now.get(post.id);
    return current
      ? [{ changed, line: { row: rowIn(rooms, workspace, current), version: current.version, said } }]
      : [];
  });
  const changed = lines.filter((one) => one.changed).map(({ line }) => line);
  const stayed = lines.filter((one) => !one.changed).map(({ line }) => line);
  return {
    title: answer(form.act, changed.length, outcomes.length - changed.length),
    back: form.back,
    changed,
    stayed,
    gone: outcomes.length - lines.length,
    copied: form.act === "copy" && changed.length > 0,
  };
}

function answer(act: Act, changed: number, stayed: number): string {
  const verb = { move: "moved", "call-off": "called off", copy: "duplicated" }[act];
  if (changed === 0) return `Nothing was ${verb}`;
  const all = `${sentenceStart(words.count(changed, "post"))} ${verb}`;
  return stayed === 0
    ? all
    : `${all}, ${stayed === 1 ? "one stays" : `${stayed} stay`} as ${stayed === 1 ? "it was" : "they were"}`;
}

function sentenceStart(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function rowIn(rooms: ShowRooms, workspace: { id: string; timeZone: string }, post: FullPost): PostRowView {
  const now = rooms.house.clock.now();
  return rowOf(rooms, workspace, post, (at) => words.dayAndTime(at, workspace.timeZone, now));
}
