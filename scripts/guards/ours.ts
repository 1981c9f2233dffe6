/** Guards of what belongs to whom: only our own pages change anything, and each workspace sees its own. */
import type { Theme } from "./guard.ts";

const routes = "security/routes";

export const forms: Theme = {
  title: "Requests of other sites",
  guards: [
    {
      name: "the token of a form",
      file: "src/web/foundation.ts",
      from: "app.csrfProtection(request, reply, done);",
      to: "done();",
      tests: routes,
    },
    {
      name: "a change that another site started",
      file: "src/web/foundation.ts",
      from: "refuseForeignOrigin(request, house.publicUrl);",
      to: "",
      tests: routes,
    },
    {
      name: "a change that a neighbour on the same domain started",
      file: "src/web/origin.ts",
      from: 'if (site === "same-origin") return;',
      to: 'if (site !== "cross-site") return;',
      tests: "web/safety",
    },
    {
      name: "a change whose origin nobody names",
      file: "src/web/origin.ts",
      from: "if (named !== undefined && (named",
      to: "if (named === undefined || (named",
      tests: "web/safety",
    },
  ],
};

export const workspaces: Theme = {
  title: "What belongs to another workspace",
  guards: [
    {
      name: "a channel",
      file: "src/channels/rows.ts",
      from: "FROM channels WHERE id = ? AND workspace_id = ?`, [\n      id,",
      to: "FROM channels WHERE id = ? AND ? <> ''`, [\n      id,",
      tests: routes,
    },
    {
      name: "the picture of a channel",
      file: "src/channels/rows.ts",
      from: '"SELECT avatar FROM channels WHERE id = ? AND workspace_id = ? AND',
      to: "\"SELECT avatar FROM channels WHERE id = ? AND ? <> '' AND",
      tests: routes,
    },
    {
      name: "a file",
      file: "src/media/media.ts",
      from: '"SELECT * FROM media WHERE media.id = ? AND media.workspace_id = ?"',
      to: "\"SELECT * FROM media WHERE media.id = ? AND ? <> ''\"",
      tests: routes,
    },
    {
      name: "the list of files",
      file: "src/media/list-media.ts",
      from: '"media.workspace_id = @workspaceId",',
      to: "\"@workspaceId <> ''\",",
      tests: "api/requests",
    },
    {
      name: "a post",
      file: "src/posts/rows.ts",
      from: '"SELECT * FROM posts WHERE posts.id = ? AND posts.workspace_id = ?"',
      to: "\"SELECT * FROM posts WHERE posts.id = ? AND ? <> ''\"",
      tests: routes,
    },
    {
      name: "a publication",
      file: "src/publishing/rows.ts",
      from: '"SELECT * FROM publications WHERE id = ? AND workspace_id = ?"',
      to: "\"SELECT * FROM publications WHERE id = ? AND ? <> ''\"",
      tests: routes,
    },
    {
      name: "the calendar",
      file: "src/calendar/entries.ts",
      from: "WHERE publications.workspace_id = @workspace AND publications.due_at >= @from",
      to: "WHERE @workspace <> '' AND publications.due_at >= @from",
      tests: "calendar/entries",
    },
    {
      name: "a session of another account",
      file: "src/accounts/sessions.ts",
      from: '"UPDATE sessions SET revoked_at = ? WHERE id = ? AND account_id = ? AND revoked_at IS NULL"',
      to: "\"UPDATE sessions SET revoked_at = ? WHERE id = ? AND ? <> '' AND revoked_at IS NULL\"",
      tests: routes,
    },
    {
      name: "a key of another account",
      file: "src/accounts/api-keys.ts",
      from: "WHERE id = ? AND workspace_id = ? AND account_id = ? AND revoked_at IS NULL",
      to: "WHERE id = ? AND ? <> '' AND ? <> '' AND revoked_at IS NULL",
      tests: routes,
    },
  ],
};
