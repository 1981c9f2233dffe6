// The bare baseline of a page: Fastify, one prepared statement, one Eta template, and as many bytes as Postern's page has.
import Database from "better-sqlite3";
import { Eta } from "eta";
import Fastify from "fastify";

const [file, workspaceId, since] = process.argv.slice(2);
const db = new Database(file, { readonly: true });
const find = db.prepare(
  `SELECT publications.id, publications.state, publications.due_at, posts.text FROM publications JOIN posts ON posts.id = publications.post_id
   WHERE publications.workspace_id = ? AND publications.due_at >= ? ORDER BY publications.due_at, publications.id LIMIT ?`,
);
const eta = new Eta({ cache: true });
const page =
  eta.compile(`<!doctype html><html lang="en"><head><meta charset="utf-8"><title><%= it.title %></title></head><body><ol>
<% for (const row of it.rows) { %><li id="<%= row.id %>"><a href="/posts/<%= row.id %>"><%= row.text %></a> <time><%= row.due_at %></time> <b><%= row.state %></b></li>
<% } %></ol><p><%= it.padding %></p></body></html>`);
const paddings = new Map();

const app = Fastify();
app.get("/", (request, reply) => {
  const rows = find.all(workspaceId, Number(since), Number(request.query.rows));
  const bytes = Number(request.query.bytes);
  let padding = paddings.get(request.url) ?? "";
  let html = eta.render(page, { title: "Bare", rows, padding });
  if (padding === "" && html.length < bytes) {
    paddings.set(request.url, (padding = "x".repeat(bytes - Buffer.byteLength(html))));
    html = eta.render(page, { title: "Bare", rows, padding });
  }
  reply.type("text/html; charset=utf-8").send(html);
});
await app.listen({ port: 0, host: "127.0.0.1" });
console.log(`ready ${app.server.address().port}`);
