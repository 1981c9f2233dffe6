/** Sign-ins that were tampered with on the way, beyond those in test/channels/consent.test.ts (unknown, denied, late, twice, other platform, other person). */
import assert from "node:assert/strict";
import test from "node:test";
import { connect, consent, flashOf, issued, openDesk, signedIn, stranger } from "../channels/desk.ts";
import { ada } from "../support/server.ts";

const TOO_LATE = /took too long or was opened in another browser/;

test("a code belongs to the flow it was asked for in", async (t) => {
  const desk = await openDesk(t);
  const { server, robot } = desk;
  const count = (): number => server.running.wired.channels.list(desk.workspaceId).length;
  const eve = await stranger(server);

  for (const name of ["YouTube", "TikTok"]) {
    await t.test(`a stranger's ${name} code in one's own callback connects nothing`, async () => {
      const theirs = new URL(await consent(eve, server, `Connect ${name}`));
      const own = new URL(await consent(robot, server, `Connect ${name}`));
      own.searchParams.set("code", theirs.searchParams.get("code")!);
      await robot.open(own.href);
      assert.match(flashOf(robot), /Nothing was c/, "the verifier is another");
      assert.equal(count(), 0);
    });
  }

  await t.test("the same person in another browser, and in the same one after signing out", async () => {
    const url = await consent(robot, server, "Connect TikTok");
    const before = issued(server, "tiktok access token");
    const second = await signedIn(server.url, ada);
    await second.open(url);
    assert.match(flashOf(second), TOO_LATE);
    await robot.open(`${server.url}/settings`);
    await robot.press("Sign out");
    await robot.open(url);
    assert.match(robot.page.url, /\/sign-in/);
    await robot.press("Sign in", { email: ada.email, password: ada.password });
    await robot.open(url);
    assert.match(flashOf(robot), TOO_LATE);
    assert.equal(issued(server, "tiktok access token"), before);
    assert.equal(count(), 0);
  });

  await t.test("a state given twice, as a list, or with something behind it", async () => {
    for (const twist of [
      (url: URL) => url.searchParams.append("state", "other"),
      (url: URL) => url.searchParams.set("state", `${url.searchParams.get("state")} `),
      (url: URL) => {
        url.searchParams.set("state[]", url.searchParams.get("state")!);
        url.searchParams.delete("state");
      },
    ]) {
      const url = new URL(await consent(robot, server, "Connect TikTok"));
      const good = url.href;
      twist(url);
      url.searchParams.set("code", "of somebody else");
      await robot.open(url.href);
      assert.equal(count(), 0);
      assert.equal((await robot.open(good)).status, 200);
      for (const channel of server.running.wired.channels.list(desk.workspaceId))
        await server.running.wired.channels.disconnect(desk.workspaceId, channel.id);
    }
  });

  await t.test("one platform's flow is not finished with another's code", async () => {
    const tiktok = new URL(await consent(robot, server, "Connect TikTok"));
    const youtube = new URL(await consent(robot, server, "Connect YouTube"));
    youtube.searchParams.set("code", tiktok.searchParams.get("code")!);
    await robot.open(youtube.href);
    assert.match(flashOf(robot), /Nothing was c/);
    tiktok.searchParams.set("state", youtube.searchParams.get("state")!);
    await robot.open(tiktok.href);
    assert.match(flashOf(robot), TOO_LATE, "a state names its platform");
    assert.equal(count(), 0);
    await connect(desk, "YouTube");
    assert.equal(count(), 1, "and a flow that nobody touched still works");
  });
});
