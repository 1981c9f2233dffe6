/** A database that fails under a running panel, by SQLite's own means: a connection that may not write. */
import type { Panel } from "../support/panel.ts";

/** From this instant the database takes no write; returns the way back. */
export function forbidWrites(panel: Panel): () => void {
  const { sqlite } = panel.server.wired.house.db;
  sqlite.pragma("query_only = ON");
  return () => void sqlite.pragma("query_only = OFF");
}

/** The n-th write from now, and all for `ms` after it, are refused. `end` says whether it came to that. */
export function refuseWrite(panel: Panel, n: number, ms: number): { end(): boolean } {
  const { db } = panel.server.wired.house;
  const run = db.run.bind(db);
  let seen = 0;
  db.run = (sql, params) => {
    seen += 1;
    if (seen === n) {
      const allow = forbidWrites(panel);
      setTimeout(allow, ms);
    }
    return run(sql, params);
  };
  return {
    end() {
      db.run = run;
      return seen >= n;
    },
  };
}
