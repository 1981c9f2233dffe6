/** The list of guards fits the code, and taking one out tells tests that notice from tests that do not. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { Copy } from "../../scripts/guards/copy.ts";
import { examine, verdictWords } from "../../scripts/guards/examine.ts";
import { without, type Guard } from "../../scripts/guards/guard.ts";
import { themes } from "../../scripts/guards/list.ts";
import { page } from "../../scripts/guards/page.ts";
import { testFiles } from "../../scripts/guards/run.ts";
import { root } from "../support/source.ts";

const guards = themes.flatMap((theme) => theme.guards);
const named = (title: string): Guard[] => [...themes.find((theme) => theme.title === title)!.guards];

test("every guard stands once where the list says, can be taken out, and has tests", () => {
  assert.ok(guards.length >= 60, `${guards.length} guards`);
  for (const guard of guards) {
    assert.ok(existsSync(path.join(root, guard.file)), `${guard.name}: ${guard.file}`);
    const text = readFileSync(path.join(root, guard.file), "utf8");
    assert.notEqual(without(text, guard), text, `${guard.name} takes nothing out`);
    assert.ok(testFiles(root, guard.tests).length > 0, `${guard.name}: no test file has ${guard.tests} in its path`);
  }
  const names = themes.flatMap(({ title, guards: own }) => own.map(({ name }) => `${title}: ${name}`));
  assert.equal(new Set(names).size, names.length, "each has a name of its own");
});

test("what stands twice, or not at all, is not taken out", () => {
  const guard = { name: "a guard", file: "a.ts", from: "check();", to: "" };
  assert.equal(without("a(); check(); b();", guard), "a();  b();");
  assert.equal(without("check();", { ...guard, to: "$&" }), "$&");
  assert.throws(() => without("check(); check();", guard), /stands 2 times in a\.ts, not once/);
  assert.throws(() => without("", guard), /stands 0 times/);
});

test("red, green and endless are told apart, and the copy is whole again after each", async (t) => {
  const copy = new Copy();
  t.after(() => copy.close());
  const guard = named("Headers").find(({ tests }) => tests === "accounts/next")!;
  const file = path.join(copy.folder, guard.file);
  const whole = readFileSync(file, "utf8");
  const verdicts = [];
  for (const [to, ended] of [
    [guard.to, "red"],
    [`/* as it was */ ${guard.from}`, "green"],
    ["for (;;);", "by the deadline"],
  ] as const) {
    const one = { ...guard, name: `A guard: ${ended}`, to };
    const verdict = await examine(copy, one, ended === "by the deadline" ? 3000 : 60_000);
    assert.equal(verdict.run.ended, ended, verdict.run.said);
    assert.equal(readFileSync(file, "utf8"), whole);
    verdicts.push(verdict);
  }
  assert.deepEqual(verdicts.map(verdictWords), [
    "red: only paths of our own",
    "STAYS GREEN",
    "red, ended by the deadline of 3 s",
  ]);
  await assert.rejects(examine(copy, { ...guard, to: "if (;" }, 60_000), /cannot be run, so its tests say nothing/);
  const theme = { title: "Some", guards: verdicts.map((verdict) => verdict.guard) };
  const text = page(copy.folder, [theme], verdicts, { date: "2026-01-02", node: "24.0.0", minutes: 1 });
  assert.match(text, /^Made by `npm run test:guards` on 2026-01-02 with Node 24\.0\.0, in 1 min;/m);
  assert.match(text, /1 of them stayed green/);
  assert.match(
    text,
    /^\| A guard: red \| `src\/accounts\/sign-in\.ts` \| `test\/accounts\/next\.test\.ts` \| red: only/m,
  );
  assert.match(text, /^\| A guard: green \| .* \| \*\*STAYS GREEN\*\* \|$/m);
});

test("the page names every guard of the list", () => {
  const written = readFileSync(path.join(root, "docs/security-guards.md"), "utf8");
  const rows = written.split("\n").filter((line) => /^\| .*`test\//.test(line));
  assert.equal(rows.length, guards.length, "write it again with npm run test:guards");
  for (const guard of guards) assert.ok(written.includes(`\`${guard.file}\``), guard.name);
  assert.doesNotMatch(written, /STAYS GREEN/);
});
