/** What the source never does: hand a line to a shell, let ffmpeg reach for the net, make a secret out of chance. */
import assert from "node:assert/strict";
import test from "node:test";
import { importsOf, sources, type SourceFile } from "../support/source.ts";

const files = sources("src/**/*.ts");

/** Those that start another program. */
const STARTERS = ["src/admin/overview.ts", "src/cli/checks/machine.ts", "src/media/ffmpeg.ts"];

/** Where chance spreads loads and throws faults, and guards nothing. */
const CHANCE = [
  "src/channels/upkeep.ts",
  "src/jobs/runner.ts",
  "src/platforms/tiktok/errors.ts",
  "src/sandbox/faults.ts",
];

const pathsOf = (fits: (file: SourceFile) => boolean): string[] => files.filter(fits).map(({ path }) => path);

test("programs get lists of arguments, and secrets come from the system", () => {
  const starts = (file: SourceFile): boolean => importsOf(file).some(({ target }) => /child_process$/.test(target));
  assert.deepEqual(pathsOf(starts), STARTERS);
  // There is no other way to child_process than an import.
  assert.deepEqual(
    pathsOf(({ code }) => /\brequire\s*\(|\bcreateRequire\b|\bgetBuiltinModule\b|\bexecSync\b/.test(code)),
    [],
  );
  for (const { path, uncommented } of files.filter(starts)) {
    assert.match(uncommented, /^import \{ spawn(Sync)? \} from "node:child_process";$/m, `${path}: no exec`);
    assert.doesNotMatch(uncommented, /\bshell\b/, path);
    for (const [call] of uncommented.matchAll(/\bspawn(?:Sync)?\(.*/g))
      assert.match(call, /^spawn(?:Sync)?\("ffmpeg", (?:args|\[.*?\]), \{ stdio: /, path);
  }
  const ffmpeg = files.find(({ path }) => path === "src/media/ffmpeg.ts")!;
  assert.match(ffmpeg.uncommented, /"-protocol_whitelist", "file,pipe",/);
  assert.deepEqual(
    pathsOf(({ code }) => /\bMath\b(?!\s*\.\s*(?!random\b)\w)/.test(code)),
    CHANCE,
  );
});
