/** The nights on which clocks change, in three zones: every post of such a night goes out once, at its wall time, in order. */
import assert from "node:assert/strict";
import test, { after } from "node:test";
import { Panel } from "../support/panel.ts";
import { settle, setClock, toTheEnd } from "./walk.ts";

const MINUTE = 60_000;

interface Night {
  zone: string;
  /** Local date of the change. */
  day: string;
  /** Wall times that are meant, and the wall time at which each is to go out. */
  meant: ReadonlyArray<readonly [string, string]>;
  /** Instants (UTC) of the same, reckoned by hand from the zone's rules. */
  at: readonly string[];
}

const nights: readonly Night[] = [
  {
    zone: "Europe/Berlin",
    day: "2027-03-28",
    meant: [
      ["01:45", "01:45"],
      ["02:15", "03:15"],
      ["03:30", "03:30"],
    ],
    at: ["2027-03-28T00:45Z", "2027-03-28T01:15Z", "2027-03-28T01:30Z"],
  },
  {
    zone: "Europe/Berlin",
    day: "2027-10-31",
    meant: [
      ["01:45", "01:45"],
      ["02:15", "02:15"],
      ["03:15", "03:15"],
    ],
    at: ["2027-10-30T23:45Z", "2027-10-31T00:15Z", "2027-10-31T02:15Z"],
  },
  {
    zone: "America/New_York",
    day: "2027-03-14",
    meant: [
      ["01:30", "01:30"],
      ["02:30", "03:30"],
      ["04:00", "04:00"],
    ],
    at: ["2027-03-14T06:30Z", "2027-03-14T07:30Z", "2027-03-14T08:00Z"],
  },
  {
    zone: "America/New_York",
    day: "2027-11-07",
    meant: [
      ["00:30", "00:30"],
      ["01:30", "01:30"],
      ["02:30", "02:30"],
    ],
    at: ["2027-11-07T04:30Z", "2027-11-07T05:30Z", "2027-11-07T07:30Z"],
  },
  {
    zone: "Australia/Lord_Howe",
    day: "2027-04-04",
    meant: [
      ["01:15", "01:15"],
      ["01:45", "01:45"],
      ["02:15", "02:15"],
    ],
    at: ["2027-04-03T14:15Z", "2027-04-03T14:45Z", "2027-04-03T15:45Z"],
  },
  {
    zone: "Australia/Lord_Howe",
    day: "2027-10-03",
    meant: [
      ["01:45", "01:45"],
      ["02:15", "02:45"],
      ["03:00", "03:00"],
    ],
    at: ["2027-10-02T15:15Z", "2027-10-02T15:45Z", "2027-10-02T16:00Z"],
  },
];

let opened: Promise<Panel> | undefined;
after(async () => (await opened)?.close());

for (const night of [...nights].sort((a, b) => a.at[0]!.localeCompare(b.at[0]!))) {
  test(`${night.zone}, ${night.day}: each post once, at its time`, async () => {
    const panel = await (opened ??= Panel.open(["Facebook"]));
    const due = night.at.map((text) => Date.parse(text));
    setClock(panel, due[0]! - 5 * 60 * MINUTE);
    const ids: string[] = [];
    for (const [meant] of night.meant) ids.push(await plan(panel, night, meant));
    for (const [n, at] of due.entries()) {
      setClock(panel, at - 2000);
      await settle(panel);
      assert.equal(panel.landed(textOf(night, night.meant[n]![0])), 0, "nothing is early");
      setClock(panel, at);
      assert.equal(await toTheEnd(panel, ids[n]!), "published");
    }
    for (const [n, [meant, shown]] of night.meant.entries()) {
      const items = panel.sandbox.world.feed().filter((item) => item.text === textOf(night, meant));
      assert.equal(items.length, 1, `${meant} once`);
      assert.ok(items[0]!.createdAt >= due[n]! && items[0]!.createdAt < due[n]! + MINUTE, `${meant} at its time`);
      assert.equal(wallClock(items[0]!.createdAt, night.zone), `${night.day} ${shown}`);
    }
  });
}

function textOf(night: Night, meant: string): string {
  return `${night.zone} ${night.day} ${meant}`;
}

/** By wall time, as the compose form hands it over. */
async function plan(panel: Panel, night: Night, meant: string): Promise<string> {
  const { house, posts } = panel.server.wired;
  const who = house.db.get<{ account: string; workspace: string }>(
    "SELECT account_id AS account, workspace_id AS workspace FROM memberships",
  )!;
  const post = await posts.submit(
    who.workspace,
    who.account,
    {
      text: textOf(night, meant),
      media: [],
      scheduledAt: null,
      wallTime: `${night.day}T${meant}`,
      timeZone: night.zone,
      channels: [{ channelId: panel.channels.get("facebook")!, options: { kind: "feed" } }],
    },
    "schedule",
  );
  return post.publications[0]!.id;
}

/** What a clock on the wall shows, by the runtime's own tables and not by ours. */
function wallClock(at: number, zone: string): string {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  return format.format(at);
}
