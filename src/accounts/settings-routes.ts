/** The settings page: one form a thing, each working without script and coming back with its values when refused. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { flash, formFrom, notFound, sendPage, visitorOf } from "../web/index.ts";
import { changeWorkspace, graceFields, readWorkspace, workspaceForm } from "../workspaces/index.ts";
import type { Wired } from "../wiring.ts";
import { changeEmail, changeName, changePassword, changeTimeZone, EmailTaken, findAccount } from "./accounts.ts";
import { createApiKey, listApiKeys, revokeApiKey } from "./api-keys.ts";
import { audit } from "./audit.ts";
import { rememberDevice } from "./known-devices.ts";
import { hashPassword, passwordProblem } from "./passwords.ts";
import { prove, provedLately } from "./proof.ts";
import { apiKeyForm, emailForm, nameForm, passwordForm } from "./schemas.ts";
import { listSessions, revokeOtherSessions, revokeSession } from "./sessions.ts";

/** "one other session is", "3 other sessions are" */
function others(ended: number): string {
  return ended === 1 ? "one other session is" : `${ended} other sessions are`;
}

interface Failed {
  form: string;
  values: Record<string, string>;
  errors: Record<string, string>;
}

export async function settingsRoutes(app: FastifyInstance, { house }: Wired): Promise<void> {
  const show = (request: FastifyRequest, reply: FastifyReply, failed?: Failed, newKey?: string) => {
    const { account, workspace, sessionId } = visitorOf(request);
    const stored = readWorkspace(house, workspace.id);
    const data = {
      account,
      workspace: stored,
      grace: graceFields(stored.missed_grace_ms),
      zones: Intl.supportedValuesOf("timeZone"),
      sessions: listSessions(house, account.id),
      sessionId,
      keys: listApiKeys(house, workspace.id, account.id),
      newKey: newKey ?? null,
      proved: provedLately(house, request),
      failed: failed ?? { form: "", values: {}, errors: {} },
    };
    return sendPage(house, request, reply, "settings/settings", data, {
      title: "Settings",
      nav: "settings",
      status: failed ? 422 : 200,
    });
  };
  const done = (request: FastifyRequest, reply: FastifyReply, text: string, anchor: string) => {
    flash(request, text);
    return reply.redirect(`/settings#${anchor}`, 303);
  };
  const wrongPassword = { currentPassword: "That is not your current password." };

  app.get("/settings", async (request, reply) => show(request, reply));

  app.post("/settings/name", async (request, reply) => {
    const { account } = visitorOf(request);
    const form = formFrom(nameForm, request.body);
    if (!form.ok) return show(request, reply, { form: "name", ...form });
    changeName(house, account.id, form.values.name);
    audit(house, { action: "account.name_changed", accountId: account.id });
    return done(request, reply, "Your name is changed.", "you");
  });

  app.post("/settings/email", async (request, reply) => {
    const { account } = visitorOf(request);
    const form = formFrom(emailForm, request.body);
    if (!form.ok) return show(request, reply, { form: "email", ...form });
    const values = { email: form.values.email };
    if (!(await prove(house, request, form.values.currentPassword)))
      return show(request, reply, { form: "email", values, errors: wrongPassword });
    try {
      changeEmail(house, account.id, form.values.email);
    } catch (error) {
      if (!(error instanceof EmailTaken)) throw error;
      return show(request, reply, { form: "email", values, errors: { email: error.message } });
    }
    audit(house, { action: "account.email_changed", accountId: account.id });
    return done(request, reply, "Your address is changed. Sign in with it from now on.", "you");
  });

  app.post("/settings/password", async (request, reply) => {
    const { account, sessionId } = visitorOf(request);
    const form = formFrom(passwordForm, request.body);
    if (!form.ok) return show(request, reply, { form: "password", values: {}, errors: form.errors });
    const weak = passwordProblem(form.values.password, account);
    if (weak) return show(request, reply, { form: "password", values: {}, errors: { password: weak } });
    if (!(await prove(house, request, form.values.currentPassword)))
      return show(request, reply, { form: "password", values: {}, errors: wrongPassword });
    const was = findAccount(house, account.id)?.password_hash;
    if (!changePassword(house, account.id, await hashPassword(form.values.password), was))
      return show(request, reply, { form: "password", values: {}, errors: wrongPassword });
    rememberDevice(house, request, reply, account.id);
    const ended = form.values.endOthers ? revokeOtherSessions(house, account.id, sessionId) : 0;
    audit(house, { action: "account.password_changed", accountId: account.id, facts: { ended } });
    return done(
      request,
      reply,
      ended ? `Your password is changed, and ${others(ended)} ended.` : "Your password is changed.",
      "password",
    );
  });

  app.post("/settings/workspace", async (request, reply) => {
    const { account, workspace } = visitorOf(request);
    const form = formFrom(workspaceForm, request.body);
    if (!form.ok) return show(request, reply, { form: "workspace", ...form });
    house.db.transaction(() => {
      changeWorkspace(house, workspace.id, form.values);
      changeTimeZone(house, account.id, form.values.timeZone);
      audit(house, { action: "workspace.changed", accountId: account.id, workspaceId: workspace.id });
    });
    return done(request, reply, "The workspace is changed.", "workspace");
  });

  app.post<{ Params: { id: string } }>("/settings/sessions/:id/end", async (request, reply) => {
    const { account, sessionId } = visitorOf(request);
    if (!revokeSession(house, account.id, request.params.id)) throw notFound("session");
    audit(house, { action: "session.ended", accountId: account.id, target: request.params.id });
    if (request.params.id === sessionId) return reply.redirect("/sign-in", 303);
    return done(request, reply, "That session is ended.", "sessions");
  });
  app.post("/settings/sessions/end-others", async (request, reply) => {
    const { account, sessionId } = visitorOf(request);
    const ended = revokeOtherSessions(house, account.id, sessionId);
    audit(house, { action: "session.ended", accountId: account.id, facts: { ended } });
    const text = `${others(ended)} ended.`;
    return done(request, reply, text.charAt(0).toUpperCase() + text.slice(1), "sessions");
  });

  app.post("/settings/api-keys", async (request, reply) => {
    const { account, workspace } = visitorOf(request);
    const form = formFrom(apiKeyForm, request.body);
    if (!form.ok) return show(request, reply, { form: "key", ...form });
    if (!provedLately(house, request) && !(await prove(house, request, form.values.currentPassword))) {
      const values = { name: form.values.name, access: form.values.access };
      return show(request, reply, { form: "key", values, errors: wrongPassword });
    }
    const scopes = form.values.access === "read" ? (["read"] as const) : (["read", "write"] as const);
    const key = createApiKey(house, {
      accountId: account.id,
      workspaceId: workspace.id,
      name: form.values.name,
      scopes,
    });
    audit(house, { action: "api_key.created", accountId: account.id, workspaceId: workspace.id, target: key.id });
    return show(request, reply, undefined, key.secret);
  });
  app.post<{ Params: { id: string } }>("/settings/api-keys/:id/revoke", async (request, reply) => {
    const { account, workspace } = visitorOf(request);
    if (!revokeApiKey(house, workspace.id, account.id, request.params.id)) throw notFound("key");
    audit(house, {
      action: "api_key.revoked",
      accountId: account.id,
      workspaceId: workspace.id,
      target: request.params.id,
    });
    return done(request, reply, "That key opens nothing any more.", "api");
  });
}
