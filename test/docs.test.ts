/** What the documentation says of the code is compared with the code: paths, commands, settings, states. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { readConfig, settingsTable } from "../src/config/index.ts";
import { platforms } from "../src/platforms/index.ts";
import { arrows } from "../src/publishing/states.ts";
import { root, sources } from "./support/source.ts";

const pages = [...sources("*.md"), ...sources("docs/**/*.md")];

test("there are pages to compare", () => {
  const names = pages.map((page) => page.path);
  for (const wanted of ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/publishing.md"])
    assert.ok(names.includes(wanted), wanted);
});

test("links and paths lead to files that are there", () => {
  const broken = pages.flatMap((page) => {
    const links = [...page.text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)].map((match) =>
      path.posix.join(path.posix.dirname(page.path), match[1]!),
    );
    const named = [...page.text.matchAll(/`((?:src|test|views|docs|scripts|static|migrations)\/[\w./-]+)`/g)].map(
      (match) => match[1]!,
    );
    return [...links, ...named]
      .filter((target) => !existsSync(path.join(root, target)))
      .map((target) => `${page.path}: ${target}`);
  });
  assert.deepEqual(broken, []);
});

test("commands are in package.json", () => {
  const { scripts } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const unknown = pages.flatMap((page) =>
    [...page.text.matchAll(/\bnpm (?:run ([\w:]+)|(start|test)\b)/g)]
      .map((match) => match[1] ?? match[2]!)
      .filter((name) => !(name in scripts))
      .map((name) => `${page.path}: npm run ${name}`),
  );
  assert.deepEqual(unknown, []);
});

test("settings are settings of Postern", () => {
  const known = new Set(settingsTable(readConfig({}, "/nowhere/.env")).map((row) => row.name));
  const others = new Set(["NODE_ENV"]);
  const unknown = pages.flatMap((page) =>
    [...page.text.matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=[^`]*)?`/g)]
      .map((match) => match[1]!)
      .filter((name) => !known.has(name) && !others.has(name) && !name.startsWith("POSTERN_TEST_"))
      .map((name) => `${page.path}: ${name}`),
  );
  assert.deepEqual(unknown, []);
});

test("README and changelog name every platform", () => {
  for (const name of ["README.md", "CHANGELOG.md"]) {
    const page = pages.find((one) => one.path === name)!;
    assert.deepEqual(
      platforms.map((platform) => platform.name).filter((platform) => !page.text.includes(platform)),
      [],
      name,
    );
  }
});

test("the drawing of the states shows exactly the legal arrows", () => {
  const page = pages.find((one) => one.path === "docs/publishing.md")!;
  const drawn = [...page.text.matchAll(/^ {2}(\w+) --> (\w+)/gm)].map((match) => `${match[1]} → ${match[2]}`).sort();
  const legal = Object.entries(arrows)
    .flatMap(([from, to]) => to.filter((next) => next !== from).map((next) => `${from} → ${next}`))
    .sort();
  assert.deepEqual(drawn, legal);
});
