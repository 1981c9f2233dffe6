/** A thin, typed face on better-sqlite3: statements are prepared once, transactions nest. */
import type Database from "better-sqlite3";

export type Params = Record<string, unknown> | readonly unknown[];

/** Every query names its columns as `row.column`; parameters are `@name` or `?`. */
export class Db {
  readonly sqlite: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();
  readonly #inOne: Database.Transaction<(work: () => unknown) => unknown>;

  constructor(sqlite: Database.Database) {
    this.sqlite = sqlite;
    this.#inOne = sqlite.transaction((work) => work());
  }

  /** First row or undefined. */
  get<Row>(sql: string, params: Params = []): Row | undefined {
    return this.#prepare(sql).get(params) as Row | undefined;
  }

  all<Row>(sql: string, params: Params = []): Row[] {
    return this.#prepare(sql).all(params) as Row[];
  }

  /** Number of changed rows. */
  run(sql: string, params: Params = []): number {
    return this.#prepare(sql).run(params).changes;
  }

  /** Runs `work` in one immediate transaction, or inside the one that is already open. */
  transaction<T>(work: () => T): T {
    if (this.sqlite.inTransaction) return work();
    return this.#inOne.immediate(work) as T;
  }

  /** Everything that `work` reads is of one moment, and the file's locks are taken once instead of with every question. */
  reading<T>(work: () => T): T {
    if (this.sqlite.inTransaction) return work();
    return this.#inOne.deferred(work) as T;
  }

  /**
   * As `transaction`, but does not wait for the disk. A crash of the process loses nothing of it; a power cut may take it
   * back, together with all that came after it. Only for what is done again, or asked about, by itself. The next ordinary
   * transaction makes it last too, because the log is written in order.
   */
  lightly<T>(work: () => T): T {
    if (this.sqlite.inTransaction) return work();
    this.sqlite.exec("PRAGMA synchronous = NORMAL");
    try {
      return this.#inOne.immediate(work) as T;
    } finally {
      this.sqlite.exec("PRAGMA synchronous = FULL");
    }
  }

  close(): void {
    this.#statements.clear();
    this.sqlite.close();
  }

  #prepare(sql: string): Database.Statement {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = this.sqlite.prepare(steady(sql))));
    return statement;
  }
}

/**
 * With a plus before each parameter, which changes no value: SQLite compiles a statement anew at every binding when its planner
 * looked at the parameter bare, and compiling takes five to ten times as long as finding a row.
 * 2026-11: https://sqlite.org/c3ref/prepare.html ("the specific value bound to a host parameter might influence the choice of query plan")
 */
function steady(sql: string): string {
  return sql.replace(/'[^']*'|\?|@[a-z]\w*/gi, (found) => (found.startsWith("'") ? found : `+${found}`));
}
