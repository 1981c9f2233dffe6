/** The ways through the posts of a workspace: each is one ordered walk along one index, for a page of a list. */
import type { PublicationState } from "../database/index.ts";
import { searchTerms } from "./search.ts";

/** What is looked for; everything that is set must hold. Times are UTC ms. */
export interface PostQuery {
  state?: "draft" | "planned";
  /** Posts of which a part stands in one of these. */
  standing?: readonly PublicationState[];
  channelId?: string;
  /** Words of any version, as typed. */
  search?: string;
  /** Meant for a time at or after, and before; of `standing`, due then. */
  from?: number;
  to?: number;
  /** Where time gives the order: the latest first, instead of the soonest. */
  latest?: boolean;
}

export interface Walk {
  /** Stands in the cursor, so that a cursor of another order is refused. */
  name: "words" | "standing" | "time" | "channel" | "changed";
  /** Columns `at`, `tie`, `post_id` and `fits` (0 or 1), in order; parameters are `bound`, @limit and, after a row, @at and @tie. */
  sql(after: boolean): string;
  /** Rows may not fit: more must be looked at than are shown. */
  sieve: boolean;
  bound: Record<string, unknown>;
}

/** Null when nothing can be found at all: the words hold no letter and no digit. */
export function walkFor(workspaceId: string, query: PostQuery): Walk | null {
  const bound = boundOf(workspaceId, query);
  if (query.search) {
    const terms = searchTerms(workspaceId, query.search, query.channelId);
    return terms === null ? null : byWords(query, { ...bound, terms });
  }
  if (query.standing) return byStanding(query, query.standing, bound);
  if (query.from !== undefined || query.to !== undefined) return byTime(query, bound);
  if (query.channelId && query.state !== "draft") return byChannel(query, bound);
  return byChange(query, bound);
}

function boundOf(workspaceId: string, query: PostQuery): Record<string, unknown> {
  const { state, channelId, from, to } = query;
  return {
    workspaceId,
    ...(state && { state }),
    ...(channelId && { channelId }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
}

/** Newest first: words are numbered as posts were first kept. */
function byWords(query: PostQuery, bound: Record<string, unknown>): Walk {
  const sieves = [state(query), query.standing ? standsIn(query, query.standing) : period("posts.scheduled_at", query)];
  return walk("words", bound, sieves, (after, fits) => {
    return `SELECT post_search.rowid AS at, '' AS tie, posts.id AS post_id, ${fits} AS fits
      FROM post_search
      JOIN post_words ON post_words.n = post_search.rowid
      JOIN posts ON posts.id = post_words.post_id AND posts.workspace_id = @workspaceId
      WHERE post_search MATCH @terms ${after ? "AND post_search.rowid < @at" : ""}
      ORDER BY post_search.rowid DESC LIMIT @limit`;
  });
}

/** One walk for each state, merged; of several parts of a post the one that comes first stands for it. */
function byStanding(query: PostQuery, states: readonly PublicationState[], bound: Record<string, unknown>): Walk {
  const order = query.latest ? "DESC" : "ASC";
  const beyond = query.latest ? "<" : ">";
  const scope = query.channelId
    ? "publications.channel_id = @channelId AND publications.workspace_id = @workspaceId"
    : "publications.workspace_id = @workspaceId";
  const sooner = `NOT EXISTS (SELECT 1 FROM publications AS other WHERE other.post_id = publications.post_id
      AND other.state IN (${listed(states)}) ${and(period("other.due_at", query))}
      AND (other.due_at, other.id) ${query.latest ? ">" : "<"} (publications.due_at, publications.id))`;
  const sieves = [query.channelId ? "" : sooner];
  return walk("standing", bound, sieves, (after, fits) => {
    const parts = states.map(
      (
        one,
      ) => `SELECT * FROM (SELECT publications.due_at AS at, publications.id AS tie, publications.post_id, ${fits} AS fits
        FROM publications WHERE ${scope} AND publications.state = '${one}' ${and(period("publications.due_at", query))}
        ${after ? `AND (publications.due_at, publications.id) ${beyond} (@at, @tie)` : ""}
        ORDER BY publications.due_at ${order}, publications.id ${order} LIMIT @limit)`,
    );
    return `${parts.join(" UNION ALL ")} ORDER BY at ${order}, tie ${order} LIMIT @limit`;
  });
}

function byTime(query: PostQuery, bound: Record<string, unknown>): Walk {
  const order = query.latest ? "DESC" : "ASC";
  const sieves = [state(query), hasChannel(query)];
  return walk("time", bound, sieves, (after, fits) => {
    return `SELECT posts.scheduled_at AS at, posts.id AS tie, posts.id AS post_id, ${fits} AS fits
      FROM posts WHERE posts.workspace_id = @workspaceId AND posts.scheduled_at IS NOT NULL
        ${and(period("posts.scheduled_at", query))}
        ${after ? `AND (posts.scheduled_at, posts.id) ${query.latest ? "<" : ">"} (@at, @tie)` : ""}
      ORDER BY posts.scheduled_at ${order}, posts.id ${order} LIMIT @limit`;
  });
}

/** Newest first: ids of posts grow with time. */
function byChannel(query: PostQuery, bound: Record<string, unknown>): Walk {
  return walk("channel", bound, [state(query)], (after, fits) => {
    return `SELECT 0 AS at, post_channels.post_id AS tie, post_channels.post_id, ${fits} AS fits
      FROM post_channels JOIN posts ON posts.id = post_channels.post_id AND posts.workspace_id = @workspaceId
      WHERE post_channels.channel_id = @channelId ${after ? "AND post_channels.post_id < @tie" : ""}
      ORDER BY post_channels.post_id DESC LIMIT @limit`;
  });
}

/** Last changed first. */
function byChange(query: PostQuery, bound: Record<string, unknown>): Walk {
  return walk("changed", bound, [hasChannel(query)], (after, fits) => {
    return `SELECT posts.updated_at AS at, posts.id AS tie, posts.id AS post_id, ${fits} AS fits
      FROM posts WHERE posts.workspace_id = @workspaceId ${and(state(query))}
        ${after ? "AND (posts.updated_at, posts.id) < (@at, @tie)" : ""}
      ORDER BY posts.updated_at DESC, posts.id DESC LIMIT @limit`;
  });
}

function walk(
  name: Walk["name"],
  bound: Record<string, unknown>,
  sieves: readonly string[],
  sql: (after: boolean, fits: string) => string,
): Walk {
  const conditions = sieves.filter(Boolean);
  const fits = conditions.length > 0 ? `(${conditions.join(" AND ")})` : "1";
  return { name, bound, sieve: conditions.length > 0, sql: (after) => sql(after, fits) };
}

function state(query: PostQuery): string {
  return query.state ? "posts.state = @state" : "";
}

function hasChannel(query: PostQuery): string {
  if (!query.channelId) return "";
  return `EXISTS (SELECT 1 FROM post_channels WHERE post_channels.post_id = posts.id
    AND post_channels.channel_id = @channelId)`;
}

function standsIn(query: PostQuery, states: readonly PublicationState[]): string {
  return `EXISTS (SELECT 1 FROM publications WHERE publications.post_id = posts.id
    AND publications.state IN (${listed(states)}) ${query.channelId ? "AND publications.channel_id = @channelId" : ""}
    ${and(period("publications.due_at", query))})`;
}

function period(column: string, query: PostQuery): string {
  const parts = [query.from !== undefined ? `${column} >= @from` : "", query.to !== undefined ? `${column} < @to` : ""];
  return parts.filter(Boolean).join(" AND ");
}

function and(condition: string): string {
  return condition === "" ? "" : `AND ${condition}`;
}

/** States are words of ours, never of a person. */
function listed(states: readonly PublicationState[]): string {
  return states.map((one) => `'${one}'`).join(", ");
}
