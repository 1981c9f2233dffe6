/** What a list is asked for, as it stands in the address: nothing of it is kept anywhere else. */
import type { PublicationState } from "../../database/index.ts";
import type { PostQuery } from "../walks.ts";
import { readPeriod, type Period, type PeriodQuery } from "./periods.ts";

export interface ListQuery extends PeriodQuery {
  state: string;
  channel: string;
  text: string;
  cursor: string;
}

export interface StateFilter {
  label: string;
  title: string;
  states: readonly PublicationState[];
}

/** Filter → publication states; "draft" and "" are about the post itself. */
export const stateFilters: Readonly<Record<string, StateFilter>> = {
  scheduled: { label: "Scheduled", title: "Waiting for their time", states: ["scheduled"] },
  moving: { label: "On their way", title: "On their way", states: ["publishing", "confirming"] },
  needs: { label: "Need you", title: "Waiting for you", states: ["in_inbox", "held", "unconfirmed", "failed"] },
  published: { label: "Published", title: "Out in the world", states: ["published"] },
};

export function readListQuery(query: Readonly<Record<string, unknown>>): ListQuery {
  const one = (name: string): string => (typeof query[name] === "string" ? query[name].slice(0, 200) : "");
  const state = one("state");
  return {
    state: state === "draft" || Object.hasOwn(stateFilters, state) ? state : "",
    channel: one("channel"),
    text: one("text").trim(),
    ...readPeriod(one),
    cursor: one("cursor"),
  };
}

/** The address of a list; what is not asked for is not in it. */
export function hrefOf(query: ListQuery): string {
  const set = Object.entries(query).filter(([, value]) => value !== "");
  return set.length > 0 ? `/posts?${new URLSearchParams(set).toString()}` : "/posts";
}

/** True when something narrows the list down. */
export function isNarrowed(query: ListQuery): boolean {
  const { state, channel, text, when } = query;
  return [state, channel, text, when].some((value) => value !== "");
}

/** What is to come is shown soonest first, all else latest first. */
export function postQueryOf(query: ListQuery, period: Period): PostQuery {
  const standing = stateFilters[query.state]?.states;
  const latest = standing ? query.state !== "scheduled" : period.past;
  return {
    ...(query.state === "draft" && { state: "draft" as const }),
    ...(standing && { standing }),
    ...(query.channel && { channelId: query.channel }),
    ...(query.text && { search: query.text }),
    ...(period.from !== undefined && { from: period.from }),
    ...(period.to !== undefined && { to: period.to }),
    ...(latest && { latest }),
  };
}
