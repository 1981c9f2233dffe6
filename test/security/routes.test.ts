/** Every route × every attack: the answers that routes.ts promises, and nothing of the victim's changed or shown. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "node:test";
import { routesPage } from "../../scripts/security-routes.ts";
import { buildApp } from "../../src/app.ts";
import { readConfig } from "../../src/config/index.ts";
import { wire } from "../../src/wiring.ts";
import { asOwner, attacks, fault } from "./attacks.ts";
import { routeOf } from "./requests.ts";
import { ATTACKS, routes, SANDBOX, type Attack } from "./routes.ts";
import { openSite, type Site } from "./site.ts";

/** In the table's order; signing out would end the session that the others need. */
const names = Object.keys(routes).sort((a, b) => Number(a.includes("sign-out")) - Number(b.includes("sign-out")));

async function strike(site: Site, attack: Attack): Promise<string[]> {
  const faults: string[] = [];
  for (const name of names) {
    const expected = routes[name]!.cells[attack];
    if (expected === undefined) continue;
    for (const blow of await attacks[attack](site, routeOf(name, site.things))) {
      const found = fault(expected, attack, blow);
      if (found) faults.push(`${name}, ${attack} (${blow.name}): ${found}`);
    }
  }
  return faults;
}

test("every route that is registered is in the table, and no other", async (t) => {
  const site = await openSite(t);
  const registered = [...new Set(site.routes)].filter((route) => !SANDBOX.test(route.split(" ")[1]!));
  assert.deepEqual(registered.sort(), Object.keys(routes).sort());
});

test("every route answers every attack as the table says, and nothing of Ada's is changed by it", async (t) => {
  const site = await openSite(t);
  const before = site.state();
  for (const attack of Object.keys(ATTACKS) as Attack[]) {
    await t.test(attack, async () => {
      assert.deepEqual(await strike(site, attack), []);
      if (attack !== "hostile") assert.equal(site.state(), before);
    });
  }
});

/** Opened by a signature or a code, which Ada has as little as Eve. */
const NOBODYS = /^\w+ \/(m|data-deletion|auth|webhooks)\//;
/** What takes away comes last, and Ada's own session after everything. */
function rank(name: string): number {
  if (name.includes("/sessions/")) return 2;
  return /^DELETE |\/(call-off|delete|disconnect|revoke|withdraw|remove)$/.test(name) ? 1 : 0;
}

for (const side of ["the API", "the pages"]) {
  test(`the owner herself is let in where a neighbour is not: ${side}`, async (t) => {
    const site = await openSite(t);
    const shut: string[] = [];
    const refused = names
      .filter((name) => typeof routes[name]!.cells.neighbour === "number" && !NOBODYS.test(name))
      .filter((name) => name.includes(" /api/") === (side === "the API"))
      .sort((a, b) => rank(a) - rank(b));
    assert.ok(refused.length >= (side === "the API" ? 10 : 35), `${refused.length} routes`);
    for (const name of refused) {
      const { status } = await asOwner(site, routeOf(name, site.things));
      if ([401, 403, 404, routes[name]!.cells.neighbour].includes(status)) shut.push(`${name}: ${status}`);
    }
    assert.deepEqual(shut, []);
  });
}

test("docs/security-routes.md is what scripts/security-routes.ts writes", async () => {
  const file = path.join(import.meta.dirname, "../../docs/security-routes.md");
  assert.equal(readFileSync(file, "utf8"), await routesPage(), "write it again with scripts/security-routes.ts");
});

test("live, the routes that play the platforms are not there", async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), "postern-live-"));
  const settings = {
    DATA_DIR: folder,
    LOG_LEVEL: "silent",
    PLATFORM_MODE: "live",
    PUBLIC_URL: "https://panel.example",
  };
  const wired = wire(readConfig(settings, path.join(folder, "no.env")), { port: 1 });
  const seen: string[] = [];
  const app = await buildApp(wired, { onRoute: ({ url }) => void seen.push(url) });
  t.after(async () => {
    await app.close();
    await wired.close();
    rmSync(folder, { recursive: true, force: true });
  });
  assert.ok(seen.length > 100);
  assert.deepEqual(
    seen.filter((url) => SANDBOX.test(url)),
    [],
  );
});
