/** What every way of ending a step leads to, for every fence: the table that keeps "never twice, never lost". */
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import test from "node:test";
import type { Fence, PublicationRow, PublicationState } from "../../src/database/index.ts";
import type { House } from "../../src/house.ts";
import {
  findPlatform,
  PlatformError,
  type Outcome,
  type ProblemKind,
  type Verdict,
} from "../../src/platforms/index.ts";
import type { Hold } from "../../src/publishing/delivery.ts";
import { MovedOn, PublicationRows } from "../../src/publishing/rows.ts";
import { settleError } from "../../src/publishing/settle-error.ts";
import { settleOutcome, settleVerdict } from "../../src/publishing/settle.ts";
import type { Settling } from "../../src/publishing/settling.ts";
import { canGo } from "../../src/publishing/states.ts";
import { openVault } from "../../src/vault/index.ts";
import { memoryDatabase } from "../support/database.ts";

const NOW = 1_800_000_000_000;

function open(state: PublicationState, fence: Fence, memory: Partial<Hold["memory"]> = {}) {
  const clock = { now: () => NOW };
  const db = memoryDatabase(NOW);
  const vault = openVault(db, Buffer.alloc(32, 7), clock);
  const rows = new PublicationRows({ db, vault, clock, news: new EventEmitter() } as unknown as House);
  const at = NOW - 1000;
  db.run("INSERT INTO workspaces (id, name, time_zone, created_at) VALUES ('w', 'W', 'UTC', ?)", [at]);
  db.run(
    "INSERT INTO channels (id, workspace_id, platform, remote_id, state, connected_at, created_at) VALUES ('c', 'w', 'tiktok', 'r', 'ready', ?, ?)",
    [at, at],
  );
  db.run(
    "INSERT INTO posts (id, workspace_id, state, time_zone, created_at, updated_at) VALUES ('p', 'w', 'planned', 'UTC', ?, ?)",
    [at, at],
  );
  db.run(
    `INSERT INTO publications (id, workspace_id, post_id, channel_id, platform, state, fence, due_at, published_at, problem, created_at, updated_at)
     VALUES ('x', 'w', 'p', 'c', 'tiktok', ?, ?, ?, ?, NULL, ?, ?)`,
    [state, fence, at, state === "published" ? at : null, at, at],
  );
  const signedOut: string[] = [];
  const hold: Hold = { row: rows.row("x")!, memory: { failures: 0, committedAt: NOW - 1000, ...memory } };
  const settling: Settling = {
    rows,
    platform: findPlatform("tiktok")!,
    hold,
    now: NOW,
    restoredAt: 0,
    signOut: (reason) => void signedOut.push(reason),
  };
  return { db, rows, settling, signedOut, now: (): PublicationRow => rows.row("x")! };
}

const fail = (kind: ProblemKind, extra: { until?: number; sent?: boolean } = {}) =>
  new PlatformError(kind, { code: "code", message: "In plain words.", remedy: "Do this.", ...extra });

/** kind × (state, fence) → state and fence afterwards, and whether the job comes back. */
const table: Array<[string, PublicationState, Fence, unknown, PublicationState, Fence, boolean]> = [
  ["transient before the fence", "publishing", "open", fail("transient"), "publishing", "open", true],
  [
    "rate limit before the fence",
    "publishing",
    "open",
    fail("rate_limited", { until: NOW + 5000 }),
    "publishing",
    "open",
    true,
  ],
  ["signed out before the fence", "publishing", "open", fail("signed_out"), "held", "open", false],
  ["refusal before the fence", "publishing", "open", fail("rejected"), "failed", "open", false],
  ["doubt before the fence is no doubt", "publishing", "open", fail("unknown_outcome"), "publishing", "open", true],
  ["our own bug before the fence", "publishing", "open", new TypeError("oops"), "publishing", "open", true],
  [
    "transient at the fence is asked about",
    "confirming",
    "committed",
    fail("transient"),
    "confirming",
    "committed",
    true,
  ],
  [
    "doubt at the fence is asked about",
    "confirming",
    "committed",
    fail("unknown_outcome"),
    "confirming",
    "committed",
    true,
  ],
  [
    "our own bug at the fence is asked about",
    "confirming",
    "committed",
    new TypeError("oops"),
    "confirming",
    "committed",
    true,
  ],
  ["never left the machine", "confirming", "committed", fail("transient", { sent: false }), "publishing", "open", true],
  ["rate limit at the fence", "confirming", "committed", fail("rate_limited"), "publishing", "open", true],
  ["signed out at the fence", "confirming", "committed", fail("signed_out"), "held", "open", false],
  ["refusal at the fence", "confirming", "committed", fail("rejected"), "failed", "committed", false],
  ["transient after the answer", "confirming", "answered", fail("transient"), "confirming", "answered", true],
  ["rate limit after the answer", "confirming", "answered", fail("rate_limited"), "confirming", "answered", true],
  [
    "signed out after the answer waits for the channel",
    "confirming",
    "answered",
    fail("signed_out"),
    "confirming",
    "answered",
    true,
  ],
  ["refusal after the answer", "confirming", "answered", fail("rejected"), "failed", "answered", false],
  ["doubt after the answer", "confirming", "answered", fail("unknown_outcome"), "unconfirmed", "answered", false],
  ["our own bug after the answer", "confirming", "answered", new TypeError("oops"), "confirming", "answered", true],
  ["inbox, transient", "in_inbox", "answered", fail("transient"), "in_inbox", "answered", true],
  ["inbox, refusal", "in_inbox", "answered", fail("rejected"), "failed", "answered", false],
  ["published stays published", "published", "answered", fail("rejected"), "published", "answered", false],
  ["published, link still missing", "published", "answered", fail("transient"), "published", "answered", true],
];

for (const [name, state, fence, error, after, fenceAfter, again] of table) {
  test(`error: ${name}`, () => {
    const house = open(state, fence);
    const result = settleError(house.settling, error, false);
    assert.deepEqual([house.now().state, house.now().fence], [after, fenceAfter]);
    assert.equal(result !== undefined, again);
    if (result) assert.ok(result.snoozeUntil > NOW || fence === "committed");
    assert.equal(house.signedOut.length, error instanceof PlatformError && error.kind === "signed_out" ? 1 : 0);
    house.db.close();
  });
}

const asked: Array<[string, unknown, PublicationState, boolean]> = [
  ["a lost line", fail("transient"), "confirming", true],
  ["a request that never left", fail("transient", { sent: false }), "confirming", true],
  ["a rate limit", fail("rate_limited", { until: NOW + 5000 }), "confirming", true],
  ["a sign-out", fail("signed_out"), "confirming", true],
  ["our own bug", new TypeError("oops"), "confirming", true],
  ["the platform's word that it failed", fail("rejected"), "failed", false],
  ["no telling", fail("unknown_outcome"), "unconfirmed", false],
];

for (const [name, error, after, again] of asked) {
  test(`while asking what became of it, ${name} never reopens the fence`, () => {
    const house = open("confirming", "committed", { checkpoint: checkpoint() });
    const result = settleError(house.settling, error, true);
    assert.deepEqual([house.now().state, house.now().fence], [after, "committed"]);
    assert.equal(result !== undefined, again);
    house.db.close();
  });
}

test("a module's own words are shown when nobody can tell, unless they only ask for patience", () => {
  for (const [remedy, shown] of [
    ["Look at the profile in TikTok.", /Look at the profile in TikTok/],
    ["Nothing to do; TikTok is asked.", /Look at the channel, then say/],
  ] as const) {
    const house = open("confirming", "answered");
    const error = new PlatformError("unknown_outcome", { code: "still_processing", message: "It takes long.", remedy });
    assert.equal(settleError(house.settling, error, false), undefined);
    assert.equal(house.now().state, "unconfirmed");
    assert.match(house.now().problem ?? "", shown);
    house.db.close();
  }
  const live = open("published", "answered");
  assert.ok(settleError(live.settling, fail("unknown_outcome"), false));
  assert.equal(live.now().state, "published");
  live.db.close();
});

test("a fault that asks for time gets it, but never more than six hours", () => {
  for (const [until, least, most] of [
    [NOW + 600_000, 600_000, 600_000],
    [NOW + 48 * 3_600_000, 6 * 3_600_000, 6 * 3_600_000],
    [NOW - 1, 1, 60_000],
  ] as const) {
    for (const [state, fence] of [
      ["publishing", "open"],
      ["confirming", "answered"],
    ] as const) {
      const house = open(state, fence);
      const wait = (settleError(house.settling, fail("transient", { until }), false)?.snoozeUntil ?? 0) - NOW;
      assert.ok(wait >= least && wait <= most, `${state} ${wait}`);
      house.db.close();
    }
  }
});

test("before the fence it is given up after eight failures in a row, with the reason", () => {
  const house = open("publishing", "open", { failures: 7 });
  assert.equal(settleError(house.settling, fail("transient"), false), undefined);
  assert.equal(house.now().state, "failed");
  assert.match(house.now().problem ?? "", /In plain words/);
  house.db.close();
});

test("at the fence it is never given up, but after three days a person is asked", () => {
  const house = open("confirming", "committed", { failures: 500, committedAt: NOW - 71 * 3600 * 1000 });
  assert.ok(settleError(house.settling, fail("transient"), false));
  assert.equal(house.now().state, "confirming");
  house.db.close();
  const late = open("confirming", "committed", { committedAt: NOW - 73 * 3600 * 1000 });
  settleError(late.settling, fail("transient"), false);
  assert.equal(late.now().state, "unconfirmed");
  late.db.close();
});

const outcomes: Array<[string, PublicationState, Fence, Outcome<unknown>, PublicationState, boolean]> = [
  [
    "waiting while uploading",
    "publishing",
    "open",
    { state: "waiting", checkpoint: checkpoint(), lookAgainAt: NOW + 9 },
    "publishing",
    true,
  ],
  [
    "waiting after the commit",
    "confirming",
    "committed",
    { state: "waiting", checkpoint: checkpoint(), lookAgainAt: NOW + 9 },
    "confirming",
    true,
  ],
  [
    "published",
    "confirming",
    "committed",
    { state: "published", remoteId: "1", url: "https://x.example/1" },
    "published",
    false,
  ],
  [
    "published, id to follow",
    "confirming",
    "answered",
    { state: "published", remoteId: null, url: null, checkpoint: checkpoint(), lookAgainAt: NOW + 9 },
    "published",
    true,
  ],
  [
    "in the inbox",
    "confirming",
    "answered",
    { state: "in_inbox", checkpoint: checkpoint(), lookAgainAt: NOW + 9, expiresAt: NOW + 99 },
    "in_inbox",
    true,
  ],
  ["inbox draft posted", "in_inbox", "answered", { state: "published", remoteId: "1", url: null }, "published", false],
  [
    "inbox draft expired",
    "in_inbox",
    "answered",
    { state: "in_inbox", checkpoint: checkpoint(), lookAgainAt: NOW + 9, expiresAt: NOW - 1 },
    "failed",
    false,
  ],
];

function checkpoint(): unknown {
  return { anything: true };
}

for (const [name, state, fence, outcome, after, again] of outcomes) {
  test(`outcome: ${name}`, () => {
    const house = open(state, fence);
    const result = settleOutcome(house.settling, outcome);
    assert.equal(house.now().state, after);
    assert.equal(result !== undefined, again);
    if (after !== "publishing") assert.equal(house.now().fence, "answered");
    if (after === "published") assert.equal(house.now().published_at, NOW);
    house.db.close();
  });
}

const verdicts: Array<[string, Verdict<unknown>, PublicationState, Fence, boolean]> = [
  [
    "landed",
    { verdict: "landed", outcome: { state: "published", remoteId: "1", url: null } },
    "published",
    "answered",
    false,
  ],
  [
    "landed and processing",
    { verdict: "landed", outcome: { state: "waiting", checkpoint: checkpoint(), lookAgainAt: NOW + 9 } },
    "confirming",
    "answered",
    true,
  ],
  ["absent", { verdict: "absent" }, "publishing", "open", true],
  ["later", { verdict: "later", lookAgainAt: NOW + 9 }, "confirming", "committed", true],
  ["unknown", { verdict: "unknown" }, "unconfirmed", "committed", false],
];

for (const [name, verdict, after, fence, again] of verdicts) {
  test(`verdict: ${name}`, () => {
    const house = open("confirming", "committed", { checkpoint: checkpoint() });
    const result = settleVerdict(house.settling, verdict);
    assert.deepEqual([house.now().state, house.now().fence], [after, fence]);
    assert.equal(result !== undefined, again);
    if (name === "absent") assert.equal(house.rows.memory(house.now()).checkpoint, undefined, "publish starts anew");
    house.db.close();
  });
}

test("after a restore, what the platform does not know is held and never sent by itself", () => {
  const house = open("confirming", "committed", { checkpoint: checkpoint() });
  house.settling.restoredAt = NOW;
  assert.equal(settleVerdict(house.settling, { verdict: "absent" }), undefined);
  assert.deepEqual([house.now().state, house.now().fence], ["held", "open"]);
  assert.match(house.now().problem ?? "", /backup/);
  house.db.close();
});

test("who saw an older state changes nothing", () => {
  const house = open("publishing", "open");
  const old = house.now();
  house.rows.move(old, "cancelled");
  assert.throws(() => house.rows.move(old, "confirming", { fence: "committed" }), MovedOn);
  assert.equal(house.now().state, "cancelled");
  house.db.close();
});

test("the table refuses what the arrows forbid", () => {
  const house = open("scheduled", "open");
  assert.throws(() => house.rows.move(house.now(), "published"), /cannot go/);
  assert.throws(() => house.db.run("UPDATE publications SET state = 'published'"), /CHECK/);
  assert.throws(() => house.db.run("UPDATE publications SET fence = 'committed'"), /CHECK/);
  assert.throws(() => house.db.run("UPDATE publications SET state = 'confirming'"), /CHECK/);
  assert.throws(() => house.db.run("UPDATE publications SET state = 'failed'"), /CHECK/);
  assert.equal(canGo("unconfirmed", "publishing"), false);
  assert.equal(canGo("confirming", "scheduled"), false);
  house.db.close();
});
