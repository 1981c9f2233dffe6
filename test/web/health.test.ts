/** Asking whether Postern can do its work costs no write each time, and what has changed is told soon. */
import assert from "node:assert/strict";
import test from "node:test";
import { startTestServer } from "../support/server.ts";

test("/readyz writes once in two seconds, however often it is asked", async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  const { db } = server.running.wired.house;
  const run = db.run.bind(db);
  let writes = 0;
  db.run = (sql, params) => {
    if (sql.includes("'readyz'")) writes += 1;
    return run(sql, params);
  };
  const ask = async () => {
    const reply = await fetch(`${server.url}/readyz`);
    return [reply.status, ((await reply.json()) as { database: boolean }).database];
  };
  // A clock that stands still, so that a slow machine is not taken for a second question.
  const { clock } = server.running.wired.house;
  let at = clock.now();
  clock.now = () => at;

  assert.deepEqual(await Promise.all(Array.from({ length: 20 }, ask)), Array(20).fill([200, true]));
  assert.equal(writes, 1);

  db.sqlite.pragma("query_only = ON");
  assert.deepEqual(await ask(), [200, true], "what was found holds for a moment");
  at += 2000;
  assert.deepEqual(await ask(), [503, false]);
  db.sqlite.pragma("query_only = OFF");
  assert.deepEqual(await ask(), [503, false], "a refusal holds for a moment, too");
  at -= 3_600_000;
  assert.deepEqual(await ask(), [200, true], "a clock that was set back keeps nothing for an hour");
});
