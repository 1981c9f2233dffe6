/** Every route and what it answers to every attack: data. A route that is not here fails the test (routes.test.ts). */

export const ATTACKS = {
  stranger: "Without a session, or without a key",
  neighbour: "Member of another workspace, or its key",
  readKey: "With a key that may only read",
  noToken: "Without the CSRF token",
  foreignToken: "With the CSRF token of somebody else",
  crossSite: "Started by another site",
  wrongMethod: "With a method it does not take",
  tooLarge: "With a body that is too large",
  hostile: "With hostile strings in address and body",
} as const;

export type Attack = keyof typeof ATTACKS;

/**
 * A status; "in" = sent to the sign-in page; "own" = an answer in which nothing of the victim's is found; "safe" = any answer
 * below 500 that does not give the hostile string back as markup. An attack that is missing makes no sense there.
 */
export type Expected = number | "in" | "own" | "safe";
export type Cells = Partial<Record<Attack, Expected>>;

export interface RouteRow {
  /** For whom it is, as people say it. */
  whose: string;
  cells: Cells;
}

/** Open to all: what it shows is the same for everybody. */
const open: RouteRow = {
  whose: "anybody",
  cells: { stranger: "own", neighbour: "own", crossSite: "own", wrongMethod: 404 },
};

/** A page about what the visitor's own workspace has. */
const page: RouteRow = {
  whose: "members",
  cells: { stranger: "in", neighbour: "own", crossSite: "own", wrongMethod: 404, hostile: "safe" },
};
/** A page about one thing. */
const thing: RouteRow = { whose: "members", cells: { ...page.cells, neighbour: 404 } };

const form: Cells = {
  noToken: 403,
  foreignToken: 403,
  crossSite: 403,
  wrongMethod: 404,
  tooLarge: 413,
  hostile: "safe",
};
/** A form that acts on what is the visitor's own. */
const act: RouteRow = { whose: "members", cells: { ...form, stranger: 401 } };
/** A form that names one thing. */
const actOn: RouteRow = { whose: "members", cells: { ...act.cells, neighbour: 404 } };
/** The install's owner alone; for others it does not exist. */
const owner: RouteRow = { whose: "the owner", cells: { ...thing.cells } };
const ownerAct: RouteRow = { whose: "the owner", cells: { ...actOn.cells } };

/** The vendor's signature opens it, and nothing else does. */
const vendor: RouteRow = {
  whose: "vendors that sign",
  cells: { stranger: 400, neighbour: 400, crossSite: 400, wrongMethod: 404, tooLarge: 413, hostile: "safe" },
};

const key: Cells = { stranger: 401, crossSite: 401, wrongMethod: 405, hostile: "safe" };
const read: RouteRow = { whose: "keys that read", cells: { ...key, neighbour: "own" } };
const readOne: RouteRow = { whose: "keys that read", cells: { ...key, neighbour: 404 } };
const write: RouteRow = { whose: "keys that write", cells: { ...key, readKey: 403, tooLarge: 413 } };
const writeOne: RouteRow = { whose: "keys that write", cells: { ...write.cells, neighbour: 404 } };

function but(row: RouteRow, cells: Cells): RouteRow {
  return { whose: row.whose, cells: { ...row.cells, ...cells } };
}

export const routes: Readonly<Record<string, RouteRow>> = {
  "GET /healthz": but(open, { hostile: "safe" }),
  "GET /readyz": but(open, { hostile: "safe" }),
  "GET /static/*": but(open, { hostile: "safe" }),
  "GET /static/postern.css": open,
  "GET /static/htmx.min.js": open,
  "GET /static/hx-sse.min.js": open,
  "GET /static/tus.min.js": open,
  "GET /static/inter-latin.woff2": open,
  "GET /static/inter-latin-ext.woff2": open,
  "GET /static/newsreader-latin.woff2": open,
  "GET /static/newsreader-latin-ext.woff2": open,
  "GET /m/:file": {
    whose: "whoever has its signature",
    cells: { stranger: 410, neighbour: 410, crossSite: 410, wrongMethod: 404, hostile: "safe" },
  },

  "GET /data-deletion/:code": {
    whose: "whoever has its code",
    cells: { stranger: 404, neighbour: 404, crossSite: 404, wrongMethod: 404, hostile: "safe" },
  },
  "POST /auth/:platform/deauthorize": vendor,
  "POST /auth/:platform/data-deletion": vendor,
  "POST /webhooks/:platform": {
    whose: "vendors that sign",
    cells: { stranger: 401, neighbour: 401, crossSite: 401, wrongMethod: 404, tooLarge: 413, hostile: "safe" },
  },

  "GET /api/v1/openapi.json": but(open, { hostile: "safe" }),
  "GET /api/docs": but(open, { hostile: "safe" }),
  "GET /api/docs/": but(open, { hostile: "safe" }),
  "GET /api/v1/platforms": read,
  "GET /api/v1/channels": read,
  "GET /api/v1/channels/:id": readOne,
  "DELETE /api/v1/channels/:id": writeOne,
  "POST /api/v1/media": write,
  "POST /api/v1/media/import": write,
  "GET /api/v1/media": read,
  "GET /api/v1/media/:id": readOne,
  "PATCH /api/v1/media/:id": writeOne,
  "DELETE /api/v1/media/:id": writeOne,
  "POST /api/v1/posts": but(write, { neighbour: 422 }),
  "POST /api/v1/posts/validate": but(write, { readKey: "own", neighbour: "own" }),
  "GET /api/v1/posts": read,
  "GET /api/v1/posts/:id": readOne,
  "PATCH /api/v1/posts/:id": writeOne,
  "DELETE /api/v1/posts/:id": writeOne,
  "GET /api/v1/publications/:id": readOne,
  "POST /api/v1/publications/:id/retry": writeOne,
  "POST /api/v1/publications/:id/confirm": writeOne,

  // Closed once the install has its owner, unless they open it.
  "GET /sign-up": but(open, { stranger: 403, hostile: "safe" }),
  "POST /sign-up": { whose: "anybody", cells: { ...form } },
  "GET /sign-in": but(open, { hostile: "safe" }),
  "POST /sign-in": { whose: "anybody", cells: { ...form } },
  "POST /sign-out": { whose: "anybody", cells: { ...form } },

  "GET /": page,
  "GET /settings": page,
  "POST /settings/name": act,
  "POST /settings/email": act,
  "POST /settings/password": act,
  "POST /settings/workspace": act,
  "POST /settings/sessions/:id/end": actOn,
  "POST /settings/sessions/end-others": act,
  "POST /settings/api-keys": act,
  "POST /settings/api-keys/:id/revoke": actOn,
  "GET /settings/account": page,
  "POST /settings/account/export": act,
  "POST /settings/account/delete": act,

  "GET /admin": owner,
  "POST /admin/sign-up": ownerAct,
  "POST /admin/invites": ownerAct,
  "POST /admin/invites/:id/withdraw": ownerAct,
  "POST /admin/key-copy": ownerAct,
  "GET /admin/platforms": but(owner, { neighbour: 403 }),
  "POST /admin/platforms/:platform": but(ownerAct, { neighbour: 403 }),
  "POST /admin/platforms/:platform/remove": but(ownerAct, { neighbour: 403 }),

  "GET /channels": page,
  "GET /channels/:id/avatar.webp": thing,
  "POST /channels/connect/:platform": act,
  "GET /channels/callback/:platform": page,
  // A sign-in that is not theirs looks like one that ran out: back to the channels.
  "GET /channels/choose/:flow": but(thing, { neighbour: 303 }),
  "POST /channels/choose/:flow": but(actOn, { neighbour: 303 }),
  "GET /channels/:id/disconnect": thing,
  "POST /channels/:id/disconnect": actOn,
  "GET /channels/:id/receipt": thing,

  "GET /media": page,
  "GET /media/pick": page,
  "POST /media": act,
  "POST /media/import": act,
  "GET /media/:id": thing,
  "POST /media/:id": actOn,
  "POST /media/:id/delete": actOn,
  "GET /media/:id.json": thing,
  "GET /media/:id/tile": thing,
  "GET /media/:id/file": thing,
  "GET /media/:id/thumb-96.webp": thing,
  "GET /media/:id/thumb-320.webp": thing,
  "GET /media/:id/thumb-1080.webp": thing,
  "POST /media/uploads": act,
  "GET /media/uploads/:id": thing,
  "PATCH /media/uploads/:id": actOn,
  "DELETE /media/uploads/:id": but(actOn, { tooLarge: undefined }),

  "GET /posts": page,
  "GET /posts/new": page,
  "GET /posts/several": but(page, { neighbour: "own" }),
  "POST /posts/several/look": but(act, { neighbour: "safe" }),
  "POST /posts/several": but(act, { neighbour: "safe" }),
  "POST /posts/compose": but(act, { neighbour: "safe" }),
  "POST /posts/autosave": but(act, { neighbour: "safe" }),
  "POST /posts": but(act, { neighbour: "safe" }),
  "GET /posts/:id": thing,
  "GET /posts/:id/edit": thing,
  "GET /posts/:id/live": thing,
  "POST /posts/:id/duplicate": actOn,
  "POST /posts/:id/call-off": actOn,
  "POST /posts/:id/delete": actOn,
  "POST /posts/:id/publications/:publicationId/retry": actOn,
  "POST /posts/:id/publications/:publicationId/cancel": actOn,
  "POST /posts/:id/publications/:publicationId/landed": actOn,
  "POST /posts/:id/publications/:publicationId/absent": actOn,

  "GET /calendar": page,
  "GET /calendar/move": but(page, { neighbour: 404 }),
  "POST /calendar/move": actOn,
};

/** Not in the table: with PLATFORM_MODE=sandbox these play the platforms, which know no session of ours; live they are not there. */
export const SANDBOX = /^\/sandbox(\/|$)/;
