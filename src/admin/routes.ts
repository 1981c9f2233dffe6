/** Instance settings, invites, the key's copy, jobs and health; strangers and members get 404. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import {
  audit,
  createInvite,
  listInvites,
  readSetting,
  signUpIsOpen,
  withdrawInvite,
  writeSetting,
} from "../accounts/index.ts";
import { settingsTable } from "../config/index.ts";
import { flash, notFound, sendPage, visitorOf } from "../web/index.ts";
import type { Wired } from "../wiring.ts";
import { listAccounts, readHealth, readJobs, unreachable } from "./overview.ts";

export async function adminRoutes(app: FastifyInstance, { house }: Wired): Promise<void> {
  const owner = (request: FastifyRequest) => {
    const visitor = visitorOf(request);
    if (!visitor.account.isOwner) throw notFound();
    return visitor;
  };
  const show = (request: FastifyRequest, reply: FastifyReply, inviteLink: string | null = null) => {
    owner(request);
    const data = {
      open: signUpIsOpen(house),
      invites: listInvites(house),
      inviteLink,
      accounts: listAccounts(house),
      keyCopiedAt: readSetting(house, "key_copy_confirmed_at"),
      keyFile: house.config.masterKey ? null : house.config.masterKeyFile,
      fingerprint: house.vault.fingerprint,
      jobs: readJobs(house),
      health: readHealth(house),
      settings: settingsTable(house.config),
      unreachable: unreachable(house),
    };
    return sendPage(house, request, reply, "admin/admin", data, { title: "Administration", nav: "settings" });
  };
  const done = (request: FastifyRequest, reply: FastifyReply, text: string) => {
    flash(request, text);
    return reply.redirect("/admin", 303);
  };

  app.get("/admin", async (request, reply) => show(request, reply));
  app.post<{ Body: Record<string, string> }>("/admin/sign-up", async (request, reply) => {
    const { account } = owner(request);
    const open = request.body["signUp"] === "open";
    writeSetting(house, "sign_up", open ? "open" : "closed");
    audit(house, { action: "admin.sign_up", accountId: account.id, facts: { open } });
    return done(
      request,
      reply,
      open ? "Anybody who finds this address can sign up now." : "Sign-up is closed; invites still work.",
    );
  });
  app.post<{ Body: Record<string, string> }>("/admin/invites", async (request, reply) => {
    const { account } = owner(request);
    const secret = createInvite(house, account.id, String(request.body["note"] ?? "").slice(0, 100));
    audit(house, { action: "admin.invite_created", accountId: account.id });
    return show(request, reply, `${house.publicUrl}/sign-up?invite=${secret}`);
  });
  app.post<{ Params: { id: string } }>("/admin/invites/:id/withdraw", async (request, reply) => {
    const { account } = owner(request);
    if (!withdrawInvite(house, request.params.id)) throw notFound("invite");
    audit(house, { action: "admin.invite_withdrawn", accountId: account.id, target: request.params.id });
    return done(request, reply, "That invite opens nothing any more.");
  });
  app.post("/admin/key-copy", async (request, reply) => {
    const { account } = owner(request);
    writeSetting(house, "key_copy_confirmed_at", String(house.clock.now()));
    audit(house, { action: "admin.key_copy_confirmed", accountId: account.id });
    return done(request, reply, "Good. Keep that copy apart from the backups.");
  });
}
