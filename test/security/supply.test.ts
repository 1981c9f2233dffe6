/** What Postern is made of: locked by content, of known licences, running nothing while it is installed. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { sbom } from "../../scripts/sbom.ts";
import { root } from "../support/source.ts";

interface Locked {
  version?: string;
  resolved?: string;
  integrity?: string;
  license?: string;
  hasInstallScript?: boolean;
  link?: boolean;
}

const read = (name: string): string => readFileSync(path.join(root, name), "utf8");
const lock = JSON.parse(read("package-lock.json")) as { lockfileVersion: number; packages: Record<string, Locked> };
const locked = Object.entries(lock.packages).filter(([where]) => where !== "");

/** Packages that want to run something when they are installed. None may, and none needs to. */
const INSTALL_SCRIPTS: readonly string[] = [];

/** Free to pass on with Postern. */
const LICENCES = [
  "MIT",
  "ISC",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "0BSD",
  "BSD-0-Clause",
  "BlueOak-1.0.0",
  "CC0-1.0",
];

/** What is not in that list, each with the reason why it may stay. */
const OTHERS: ReadonlyArray<{ name: RegExp; licence: string; why: string }> = [
  {
    name: /^@img\/sharp-/,
    licence: "LGPL-3.0-or-later",
    why: "libvips: a library of its own beside Postern, which anybody may replace",
  },
  { name: /^@fontsource-variable\//, licence: "OFL-1.1", why: "fonts, served as they come" },
  { name: /^mediabunny$/, licence: "MPL-2.0", why: "used as it comes; its files keep their licence" },
  { name: /^axe-core$/, licence: "MPL-2.0", why: "for tests only" },
  { name: /^combine-errors$/, licence: "(none)", why: "names MIT in its Readme, not in its package.json" },
];

const nameOf = (where: string): string => where.slice(where.lastIndexOf("node_modules/") + "node_modules/".length);

test("every package is locked by the hash of its content, and comes from the registry that npm is set to", () => {
  assert.equal(lock.lockfileVersion, 3);
  assert.ok(locked.length > 100);
  const loose = locked.filter(([, one]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(one.integrity ?? "") || one.link);
  assert.deepEqual(
    loose.map(([where]) => where),
    [],
  );
  // No addresses: a repository, a file or a host of somebody's choosing would stand here.
  const elsewhere = locked.filter(([, one]) => one.resolved);
  assert.deepEqual(
    elsewhere.map(([where, one]) => `${where} ${one.resolved}`),
    [],
  );
});

test("nothing runs while packages are installed", () => {
  const wanting = locked.filter(([, one]) => one.hasInstallScript).map(([where]) => nameOf(where));
  assert.deepEqual(wanting, INSTALL_SCRIPTS);
  assert.match(read(".npmrc"), /^ignore-scripts=true$/m);
  assert.match(read("scripts/run.mjs"), /"--ignore-scripts"/);
  assert.match(
    read("Dockerfile"),
    /^COPY [^\n]*\.npmrc[^\n]*\nRUN npm ci|^COPY [^\n]*\.npmrc[^\n]*\n#[^\n]*\nRUN npm ci/m,
  );
  const own = (JSON.parse(read("package.json")) as { scripts: Record<string, string> }).scripts;
  assert.deepEqual(
    Object.keys(own).filter((name) => /^(pre|post)?(install|prepare|publish)/.test(name)),
    [],
  );
});

test("licences are known, and each exception has its reason", () => {
  const strange = locked.flatMap(([where, one]) => {
    const name = nameOf(where);
    return (one.license ?? "(none)")
      .split(/ (?:AND|OR) |[()]/)
      .concat(one.license ? [] : ["(none)"])
      .filter((licence) => licence !== "" && licence !== "none" && !LICENCES.includes(licence))
      .filter((licence) => !OTHERS.some((other) => other.name.test(name) && other.licence === licence))
      .map((licence) => `${name}: ${licence}`);
  });
  assert.deepEqual(strange, []);
  for (const { name } of OTHERS)
    assert.ok(
      locked.some(([where]) => name.test(nameOf(where))),
      `${name} is gone`,
    );
});

test("versions in package.json are exact, and what is installed is what is locked", () => {
  const own = JSON.parse(read("package.json")) as Record<string, Record<string, string>>;
  for (const kind of ["dependencies", "devDependencies", "optionalDependencies"])
    for (const [name, version] of Object.entries(own[kind] ?? {})) {
      assert.match(version, /^\d+\.\d+\.\d+$/, name);
      const entry = lock.packages[`node_modules/${name}`];
      assert.equal(entry?.version, version, name);
      const installed = path.join(root, "node_modules", name, "package.json");
      if (existsSync(installed))
        assert.equal((JSON.parse(readFileSync(installed, "utf8")) as { version: string }).version, version, name);
    }
});

test("the bill of materials names every package, and not where it was made", () => {
  const bom = sbom();
  const named = new Set(bom.components.map((one) => `${one.name}@${one.version}`));
  const missing = locked.map(([where, one]) => `${nameOf(where)}@${one.version}`).filter((name) => !named.has(name));
  assert.deepEqual(missing, []);
  assert.equal(bom.metadata.component.name, "postern");
  assert.ok(!JSON.stringify(bom).includes(root));
});
