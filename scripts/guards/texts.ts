/** Guards of what people write: it is no path, no template, no formula and no query. */
import type { Theme } from "./guard.ts";

export const paths: Theme = {
  title: "Paths",
  guards: [
    {
      name: "what is served keeps to its folder",
      file: "src/web/static.ts",
      from: 'await app.register(fastifyStatic, { root: own, prefix: "/static/", ...cache });',
      to: `await app.register(fastifyStatic, { root: own, prefix: "/elsewhere/", ...cache });
  app.get("/static/*", (request, reply) =>
    reply.send(readFileSync(path.join(own, decodeURIComponent(request.url.slice("/static/".length))))),
  );`,
      tests: "security/injection",
    },
    {
      name: "an upload's id as a path",
      file: "src/media/tus.ts",
      from: "!UPLOAD_ID.test(id) || ",
      to: "",
      tests: "security/injection",
    },
    {
      name: "the name of a file in a backup",
      file: "src/backups/format.ts",
      from: "name: z.string().regex(/^[a-z0-9-]+\\.[a-z0-9]+$/)",
      to: "name: z.string()",
      tests: "backups/damage",
    },
    {
      name: "the name of a sandbox's file in a backup",
      file: "src/backups/format.ts",
      from: "name: z.string().regex(/^(world\\.db|files\\/[0-9a-f]+)$/)",
      to: "name: z.string()",
      tests: "backups/damage",
    },
    {
      name: "the id of a file in the sandbox",
      file: "src/sandbox/world.ts",
      from: 'fileId.replace(/[^0-9a-f]/g, "")',
      to: "fileId",
      tests: "security/sandbox",
    },
  ],
};

export const texts: Theme = {
  title: "Templates, tables, queries",
  guards: [
    {
      name: "templates escape what they print",
      file: "src/web/views.ts",
      from: "autoEscape: true",
      to: "autoEscape: false",
      tests: "security/injection",
    },
    {
      name: "the sandbox's pages escape what they print",
      file: "src/sandbox/html.ts",
      from: "return text.replace(/[&<>\"']/g, (mark) => `&#${mark.charCodeAt(0)};`);",
      to: "return text;",
      tests: "security/sandbox",
    },
    {
      name: "no template prints raw",
      file: "views/posts/show.eta",
      from: "<h1><%= view.title %></h1>",
      to: "<h1><%~ view.title %></h1>",
      tests: "architecture",
    },
    {
      name: "only web addresses become links",
      file: "src/posts/pages/actions.ts",
      from: "!url || !/^https?:\\/\\//i.test(url)",
      to: "!url",
      tests: "posts/pages/actions",
    },
    {
      name: "no table for spreadsheets is made without care for formulas",
      file: "src/account-data/routes.ts",
      from: '.type("application/x-tar")',
      to: '.type("text/csv")',
      tests: "security/injection",
    },
    {
      name: "a query put together from what was sent",
      file: "src/calendar/entries.ts",
      from: "house.db.all(ONE_CHANNEL, { ...asked, channel })",
      to: "house.db.all(ONE_CHANNEL.replace(\"@channel\", () => `'${channel}'`), asked)",
      tests: "architecture",
    },
    {
      name: "a query put together from an address",
      file: "src/channels/rows.ts",
      from: "FROM channels WHERE id = ? AND workspace_id = ?`, [\n      id,",
      to: "FROM channels WHERE id = '${id}' AND workspace_id = ?`, [",
      tests: "security/routes",
    },
    {
      name: "nothing runs while packages are installed",
      file: ".npmrc",
      from: "ignore-scripts=true\n",
      to: "",
      tests: "security/supply",
    },
  ],
};
