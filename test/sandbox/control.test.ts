/** The sandbox's switches: for who can read its token, and never a page of our own. */
import assert from "node:assert/strict";
import test from "node:test";
import { openSandbox } from "../support/sandbox.ts";

test("the switches want the token", async () => {
  const sandbox = await openSandbox();
  const fault = { kind: "status", status: 200, body: "<script>1</script>", request: "GET www.tiktok.com/" };
  const arm = (headers: Record<string, string>) =>
    fetch(`${sandbox.url}/_control/faults`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(fault),
    });
  assert.equal((await arm({})).status, 403);
  assert.equal((await arm({ "x-sandbox-token": "guessed" })).status, 403);
  assert.equal((await fetch(`${sandbox.url}/_control/feed`)).status, 403);
  assert.deepEqual(sandbox.world.faults.list(), []);
  assert.equal((await arm({ "x-sandbox-token": sandbox.world.controlToken })).status, 200);
  const answered = await fetch(`${sandbox.url}/www.tiktok.com/v2/auth/authorize/`);
  assert.equal(await answered.text(), fault.body);
  assert.match(answered.headers.get("content-security-policy") ?? "", /sandbox/);
  await sandbox.close();
});
