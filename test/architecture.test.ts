/** The rules of the house, held: who imports whom, who touches the network, the clock, the environment, tables and tokens. */
import assert from "node:assert/strict";
import test from "node:test";
import { doors, mayImport, owners, vendors, writtenElsewhere } from "./support/house-rules.ts";
import { importsOf, lineOf, sources, type SourceFile } from "./support/source.ts";
import { writtenValues } from "./support/statements.ts";

const source = sources("src/**/*.ts");
const templates = sources("views/**/*.eta");

/** "src/web/page.ts" → "web", "src/clock.ts" → "clock", "src/platforms/tiktok/panel.ts" → "platforms/<one>". */
function roomOf(file: string): string {
  const [, room = "", second, ...rest] = file.replace(/\.ts$/, "").split("/");
  if (room !== "platforms" || !second) return room;
  if (second === "contract") return "platforms/contract";
  if (rest.length === 0) return "platforms";
  return second === "shared" ? "platforms/shared" : "platforms/<one>";
}

/** Fails with one line for each offence. */
function none(offences: string[], rule: string): void {
  assert.equal(offences.length, 0, `${rule}\n${offences.map((line) => `  ${line}`).join("\n")}`);
}

/** Every place in code (not in comments or strings) that fits, outside the files that may. */
function places(files: readonly SourceFile[], pattern: RegExp, may: (file: string) => boolean = () => false): string[] {
  return files
    .filter((file) => !may(file.path))
    .flatMap((file) =>
      [...file.code.matchAll(pattern)].map(
        (match) => `${file.path}:${lineOf(file.text, match.index)}: ${match[0].trim()}`,
      ),
    );
}

test("the written import table has no circle: a room only names rooms above it", () => {
  const above = new Set<string>();
  for (const [room, allowed] of Object.entries(mayImport)) {
    const late = allowed.filter((name) => name !== "*" && !above.has(name));
    assert.deepEqual(late, [], `${room} names rooms below it`);
    above.add(room);
  }
});

test("imports follow the written table", () => {
  const offences = source.flatMap((file) => {
    const from = roomOf(file.path);
    const allowed = mayImport[from];
    if (!allowed) return [`${file.path}: the room "${from}" is not in the table`];
    return importsOf(file)
      .filter(({ target, typeOnly }) => !typeOnly && target.startsWith("src/"))
      .map(({ target }) => ({ target, to: roomOf(target) }))
      .filter(({ to }) => to !== from && !allowed.includes("*") && !allowed.includes(to))
      .map(({ target }) => `${file.path} imports ${target}`);
  });
  none(offences, "These imports are not in test/support/house-rules.ts:");
});

test("files import each other without circles", () => {
  const values = new Map(
    source.map((file) => [
      file.path,
      importsOf(file)
        .filter((one) => !one.typeOnly)
        .map((one) => one.target),
    ]),
  );
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, trail: string[]): void => {
    if (trail.includes(file)) circles.push([...trail.slice(trail.indexOf(file)), file].join(" → "));
    if (done.has(file) || trail.includes(file)) return;
    for (const next of values.get(file) ?? []) visit(next, [...trail, file]);
    done.add(file);
  };
  for (const file of values.keys()) visit(file, []);
  none(circles, "Circles:");
});

test("a room is entered by its index.ts", () => {
  const offences = source.flatMap((file) =>
    importsOf(file)
      .filter(({ target }) => /^src\/[^/]+\//.test(target) && target.split("/")[1] !== file.path.split("/")[1])
      .filter(({ target }) => {
        const room = target.split("/")[1]!;
        return !(doors[room] ?? [`src/${room}/index.ts`]).includes(target);
      })
      .map(({ target, typeOnly }) => `${file.path} enters by ${target}${typeOnly ? " (types)" : ""}`),
  );
  none(offences, "Rooms entered past their door:");
});

test("house.ts is types only", () => {
  const house = source.find((file) => file.path === "src/house.ts")!;
  none(
    importsOf(house)
      .filter((one) => !one.typeOnly)
      .map((one) => one.target),
    "src/house.ts imports values:",
  );
  assert.doesNotMatch(house.code, /export (?!interface|type)/);
});

test("a platform folder imports its own files, the contract, its vendor's shared folder and packages", () => {
  const offences = source
    .filter((file) => /^src\/platforms\/[^/]+\//.test(file.path))
    .flatMap((file) => {
      const [, , folder = "", vendor = ""] = file.path.split("/");
      const own =
        folder === "shared"
          ? [`src/platforms/shared/${vendor}/`]
          : [`src/platforms/${folder}/`, `src/platforms/shared/${vendors[folder]}/`];
      return importsOf(file)
        .filter(({ target }) => target.startsWith("src/") && target !== "src/platforms/contract.ts")
        .filter(
          ({ target, typeOnly }) =>
            !own.some((place) => target.startsWith(place)) && !(typeOnly && target === "src/outbound/index.ts"),
        )
        .map(({ target }) => `${file.path} imports ${target}`);
    });
  none(offences, "Platform folders that know too much:");
});

test("only outbound reaches the network", () => {
  const may = (file: string): boolean => file.startsWith("src/outbound/");
  const packages = /^(undici|node:https?|node:http2|node:tls|node:dns.*|axios|got|node-fetch)$/;
  const imports = source
    .filter((file) => !may(file.path))
    .flatMap((file) =>
      importsOf(file)
        .filter((one) => packages.test(one.target) && !one.typeOnly)
        .map((one) => `${file.path} imports ${one.target}`),
    );
  none(
    [...imports, ...places(source, /(?<![.\w#])fetch\(|\bnew (WebSocket|EventSource)\(/g, may)],
    "Network outside outbound:",
  );
});

test("only config reads the environment", () => {
  none(
    places(source, /\bprocess\.env\b|\bloadEnvFile\b/g, (file) => file.startsWith("src/config/")),
    "Environment read outside config:",
  );
});

test("only clock.ts asks the time", () => {
  const asks = /\bDate\.now\(|\bnew Date\(\s*\)|\bTemporal\.Now\b|(?<![\w.])Date\(\)/g;
  none(
    places(source, asks, (file) => file === "src/clock.ts"),
    "Time asked outside clock.ts:",
  );
});

test("only channels opens a sealed token", () => {
  const offences = source
    .filter(
      (file) => !/^src\/(channels|vault)\//.test(file.path) && /\bvault\b[^;]*\.open\(|\bvault\.open\(/.test(file.code),
    )
    .filter(
      (file) =>
        !/^src\/publishing\//.test(file.path) ||
        /["'](channels|oauth_flows|platform_apps)["']/.test(file.uncommented.replace(/from "[^"]*"/g, "")),
    )
    .map((file) => file.path);
  none(offences, "Sealed values opened outside channels (publishing may open its own checkpoints):");
});

test("only the owner writes a table, and every table has one", () => {
  const tables = sources("migrations/*.sql").flatMap((file) =>
    [...file.text.matchAll(/CREATE (?:VIRTUAL )?TABLE (?:IF NOT EXISTS )?(\w+)/g)].map((match) => match[1]!),
  );
  none(
    [...tables, "migrations"].filter((table) => !(table in owners)),
    "Tables without an owner in test/support/house-rules.ts:",
  );
  const writes = /\b(?:INSERT(?: OR \w+)?\s+INTO|REPLACE\s+INTO|UPDATE(?: OR \w+)?|DELETE\s+FROM)\s+(\w+)/g;
  const offences = source.flatMap((file) =>
    [...file.uncommented.matchAll(writes)]
      .map((match) => ({ table: match[1]!, line: lineOf(file.text, match.index) }))
      .filter(
        ({ table }) => table in owners && owners[table] !== roomOf(file.path) && !file.path.startsWith("src/sandbox/"),
      )
      .filter(({ table }) => !(`${file.path} ${table}` in writtenElsewhere))
      .map(({ table, line }) => `${file.path}:${line} writes ${table}, which belongs to ${owners[table]}`),
  );
  none(offences, "Tables written by strangers:");
});

test("no value stands inside a statement", () => {
  none(writtenValues(source), "Bind these instead, or give the reason in test/support/statements.ts:");
});

test("templates hold no inline style, script or handler and print nothing raw", () => {
  const forbidden = [
    /\sstyle=/gi,
    /<style\b/gi,
    /\son[a-z]+\s*=\s*["']/gi,
    /\bhx-on\b/gi,
    /["'\s]js:/g,
    /<script\b(?![^>]*\ssrc=)/gi,
    /hx-trigger="[^"]*\[/g,
  ];
  const safe =
    /^\s*(await )?(include(Async)?\(|block\(|(it\.)?(page\.)?(icon|platformMark|mark|symbols)\(|it\.body\b|layout\()/;
  const offences = templates.flatMap((file) => [
    ...forbidden
      .flatMap((pattern) => [...file.text.matchAll(pattern)])
      .map((match) => `${file.path}:${lineOf(file.text, match.index)}: ${match[0].trim()}`),
    ...[...file.text.matchAll(/<%[-_]?\s*~([\s\S]*?)%>/g)]
      .filter((match) => !safe.test(match[1]!))
      .map((match) => `${file.path}:${lineOf(file.text, match.index)}: raw output of${match[1]}`),
  ]);
  none(offences, "Templates:");
});

test("files are short, say what they are for, and have names that mean something", () => {
  const everything = [...source, ...sources("scripts/**/*.ts"), ...sources("test/**/*.ts")];
  const long = source
    .filter((file) => file.text.trimEnd().split("\n").length > 250)
    .map((file) => `${file.path}: over 250 lines`);
  const mute = everything
    .filter((file) => !/^(#!.*\n)?\/\*\*[\s\S]*?\*\//.test(file.text))
    .map((file) => `${file.path}: no charter in the first line`);
  const vague = everything
    .filter((file) => /(^|[/-])(utils?|helpers?|common|managers?|services?|misc)(\/|\.\w+$)/.test(file.path))
    .map((file) => `${file.path}: says nothing`);
  none([...long, ...mute, ...vague], "Files:");
});

test("nothing is left for later, nothing is exported as default, nothing is any", () => {
  const later = new RegExp(`\\b(${["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"].join("|")})\\b`, "g");
  const files = [
    ...source,
    ...templates,
    ...sources("scripts/**/*.{ts,mjs}"),
    ...sources("static/**/*.{js,css}"),
    ...sources("test/**/*.ts"),
  ];
  const left = files.flatMap((file) =>
    [...file.text.matchAll(later)].map((match) => `${file.path}:${lineOf(file.text, match.index)}: ${match[0]}`),
  );
  const lazy =
    /\bexport default\b|(?<=[:<,|]\s*)\bany\b(?=\s*[,;)>=\]|[])|\bas any\b|^\s*(?:export )?(?:const )?enum \w/gm;
  none([...left, ...places(source, lazy, (file) => file.endsWith(".d.ts"))], "Found:");
});
