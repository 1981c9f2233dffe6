/** A running panel under random requests: callbacks connect nothing wrongly, cursors and addresses answer, keys act once. */
import assert from "node:assert/strict";
import test, { after } from "node:test";
import fc from "fast-check";
import { Panel } from "../support/panel.ts";
import { Robot } from "../support/robot.ts";

let opened: Promise<Panel> | undefined;
after(async () => (await opened)?.close());
const panelOf = (): Promise<Panel> => (opened ??= Panel.open(["TikTok"]));

const noise = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: "binary", maxLength: 20 }).map((text) => text.toWellFormed()),
  fc.constantFrom("", "null", "[object Object]", "../../etc", "' OR 1=1 --", "%00", "a".repeat(3000)),
);

test("a callback with random parts never connects, never throws, and says what to do", async () => {
  const panel = await panelOf();
  const { db } = panel.server.wired.house;
  for (const id of ["tiktok", "youtube", "instagram", "facebook"]) await beginConsent(panel, id);
  const channels = (): unknown => db.all("SELECT id, state, connected_at FROM channels ORDER BY id");
  const before = channels();
  const names = fc.constantFrom(
    "state",
    "code",
    "error",
    "error_description",
    "scopes",
    "scope",
    "granted_scopes",
    "x",
  );
  const query = fc.array(fc.tuple(names, noise), { maxLength: 6 });
  const platform = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom("tiktok", "youtube", "instagram", "facebook") },
    { weight: 1, arbitrary: noise.map(encodeURIComponent) },
  );
  await fc.assert(
    fc.asyncProperty(platform, query, async (id, parts) => {
      const page = await panel.robot.open(`${panel.url}/channels/callback/${id}?${new URLSearchParams(parts)}`);
      assert.ok(page.status < 500, `${page.status} for ${id} ${JSON.stringify(parts)}`);
      assert.deepEqual(channels(), before);
    }),
    { numRuns: 60 },
  );
});

test("a real state works once, for its own platform and browser only", async () => {
  const panel = await panelOf();
  const { db } = panel.server.wired.house;
  const count = (): number => db.get<{ n: number }>("SELECT COUNT(*) AS n FROM channels")!.n;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("youtube", "instagram", "facebook", "tiktok"),
      fc.constantFrom("other platform", "other browser", "cut", "longer", "no code", "wrong code"),
      noise,
      async (id, how, text) => {
        const before = count();
        const state = await beginConsent(panel, id);
        const other = id === "tiktok" ? "youtube" : "tiktok";
        const asked = {
          "other platform": `${other}?${new URLSearchParams({ state, code: text })}`,
          "other browser": `${id}?${new URLSearchParams({ state, code: text })}`,
          cut: `${id}?${new URLSearchParams({ state: state.slice(0, -1), code: text })}`,
          longer: `${id}?${new URLSearchParams({ state: `${state}A`, code: text })}`,
          "no code": `${id}?${new URLSearchParams({ state })}`,
          "wrong code": `${id}?${new URLSearchParams({ state, code: text })}`,
        }[how];
        const robot = how === "other browser" ? new Robot() : panel.robot;
        const page = await robot.open(`${panel.url}/channels/callback/${asked}`);
        assert.ok(page.status < 500, `${page.status} for ${how}`);
        assert.equal(count(), before, how);
      },
    ),
    // Connect is pressed at most so often.
    { numRuns: 16 },
  );
});

/** The state that Connect hands to the consent page. */
async function beginConsent(panel: Panel, id: string): Promise<string> {
  const name = { tiktok: "TikTok", youtube: "YouTube", instagram: "Instagram", facebook: "Facebook" }[id]!;
  await panel.robot.open(`${panel.url}/channels`);
  const page = await panel.robot.press(`Connect ${name}`);
  const state = new URL(page.url).searchParams.get("state");
  assert.ok(state, `no state in ${page.url}`);
  return state;
}

test("lists: whatever is sent as cursor or limit, the answer is a page or a refusal", async () => {
  const panel = await panelOf();
  const list = fc.constantFrom("channels", "posts", "media");
  const coded = fc.oneof(
    noise,
    fc.string({ maxLength: 40 }).map((text) => Buffer.from(text).toString("base64url")),
  );
  await fc.assert(
    fc.asyncProperty(list, coded, async (name, cursor) => {
      const reply = await fetch(`${panel.url}/api/v1/${name}?${new URLSearchParams({ cursor })}`, {
        headers: { authorization: `Bearer ${panel.key}` },
      });
      await reply.arrayBuffer();
      assert.ok([200, 400].includes(reply.status), `${reply.status} for ${name} and ${cursor}`);
    }),
    { numRuns: 30 },
  );
});

test("an address of a file that was changed anywhere opens nothing", async () => {
  const panel = await panelOf();
  const { db } = panel.server.wired.house;
  const { id } = db.get<{ id: string }>("SELECT id FROM media")!;
  const e = Math.ceil(panel.sandbox.clock.now() / 1000) + 600;
  await fc.assert(
    fc.asyncProperty(noise, fc.constantFrom("e", "s", "file"), async (text, where) => {
      const file = where === "file" ? encodeURIComponent(text) : `${id}.mp4`;
      const query = new URLSearchParams({
        e: where === "e" ? text : String(e),
        s: where === "s" ? text : "A".repeat(32),
      });
      const reply = await fetch(`${panel.url}/m/${file}?${query}`);
      await reply.arrayBuffer();
      assert.ok([400, 404, 410, 414].includes(reply.status), `${reply.status}`);
    }),
    { numRuns: 60 },
  );
});

test("idempotency keys against a model: one key and one request act once, whatever the order", async () => {
  const panel = await panelOf();
  const { db } = panel.server.wired.house;
  const posts = (): number => db.get<{ n: number }>("SELECT COUNT(*) AS n FROM posts")!.n;
  let run = 0;
  const step = fc.record({
    key: fc.integer({ min: 0, max: 3 }),
    body: fc.integer({ min: 0, max: 2 }),
    twice: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), async (steps) => {
      run += 1;
      const known = new Map<number, { body: number; answer: string }>();
      for (const { key, body, twice } of steps) {
        const before = posts();
        const send = async (): Promise<{ status: number; text: string }> => {
          const reply = await fetch(`${panel.url}/api/v1/posts`, {
            method: "POST",
            headers: {
              authorization: `Bearer ${panel.key}`,
              "content-type": "application/json",
              "idempotency-key": `run-${run}-key-${key}`,
            },
            body: JSON.stringify({ text: `Body ${body} of run ${run}`, publish: "draft" }),
          });
          return { status: reply.status, text: await reply.text() };
        };
        const answers = await Promise.all(twice ? [send(), send()] : [send()]);
        const first = known.get(key);
        for (const { status, text } of answers) {
          if (first && first.body !== body) assert.equal(status, 409, text);
          else assert.equal(status, 201, text);
          if (status === 201) assert.equal(text, first?.answer ?? answers[0]!.text);
        }
        if (!first) known.set(key, { body, answer: answers[0]!.text });
        assert.equal(posts() - before, first ? 0 : 1);
      }
    }),
    { numRuns: 7 },
  );
});
