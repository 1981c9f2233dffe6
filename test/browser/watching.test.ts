/** The watchers of the browser tests see what they are there for: without this a silent watcher would look like a clean page. */
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import test from "node:test";
import { axe, openBrowser, sidewaysScroll } from "../support/browser.ts";

const pages: Record<string, string> = {
  "/clean": "<h1>Quiet</h1>",
  "/style": '<h1 style="color: red">Refused</h1>',
  "/away": '<h1>Away</h1><img alt="" src="http://example.com/pixel.png">',
  "/wide": '<h1>Wide</h1><table width="3000"><tr><td>1</td></tr></table>',
  "/blind": '<h1>Blind</h1><img src="/clean">',
};

test("watched pages report what goes wrong on them", async (t) => {
  const server = http.createServer((request, reply) => {
    const body = pages[request.url ?? ""];
    const policy = "default-src 'none'; style-src 'self'; img-src * data:";
    reply.writeHead(body ? 200 : 404, { "content-type": "text/html", "content-security-policy": policy });
    reply.end(
      `<!doctype html><html lang="en"><title>Page</title><link rel="icon" href="data:,"><main>${body}</main></html>`,
    );
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser = await openBrowser();
  t.after(async () => {
    await browser.close();
    server.closeAllConnections();
    server.close();
  });
  const visit = async (path: string) => {
    const watched = await browser.newPage();
    await watched.page.goto(origin + path);
    return watched;
  };

  const clean = await visit("/clean");
  assert.deepEqual(clean.faults, []);
  assert.deepEqual(await axe(clean.page), []);
  assert.equal(await sidewaysScroll(clean.page), 0);
  await clean.page.evaluate("setTimeout(() => { throw new Error('unseen') })");
  await clean.page.waitForTimeout(50);
  assert.match(clean.faults.join(), /uncaught: unseen/);

  assert.match((await visit("/style")).faults.join(), /Content Security Policy/);
  assert.match((await visit("/away")).faults.join(), /left this machine: http:\/\/example\.com/);
  assert.match((await visit("/missing")).faults.join(), /404/);
  assert.ok((await sidewaysScroll((await visit("/wide")).page)) > 1000);
  const blind = await axe((await visit("/blind")).page);
  assert.deepEqual(
    blind.map((violation) => violation.rule),
    ["image-alt"],
  );
});
