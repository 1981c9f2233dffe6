/** Where a person goes after signing in: only ever to a path of our own. */
import assert from "node:assert/strict";
import test from "node:test";
import { safeNext } from "../../src/accounts/sign-in.ts";

test("only paths of our own", () => {
  for (const path of ["/", "/posts?state=failed", "/posts/new?at=2026-12-01"]) assert.equal(safeNext(path), path);
  const hostile = [
    "//evil.test",
    "/\\evil.test",
    "https://evil.test",
    "javascript:alert(1)",
    "",
    "posts",
    "/\t/evil.test",
  ];
  const parsed = ["/.//evil.test", "/..//evil.test/", "/%2e//evil.test", "/x/..//evil.test", "/./\\evil.test"];
  for (const next of [...hostile, ...parsed]) assert.doesNotMatch(safeNext(next), /^\/[/\\]|^[^/]/, next);
});
