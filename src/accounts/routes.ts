/** Sign-up, sign-in, sign-out. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { formFrom, sendPage, visitorOrNull } from "../web/index.ts";
import type { Wired } from "../wiring.ts";
import { anyAccount } from "./accounts.ts";
import { audit } from "./audit.ts";
import { signInForm, signUpForm } from "./schemas.ts";
import { revokeSession } from "./sessions.ts";
import { settingsRoutes } from "./settings-routes.ts";
import { maySignUp, safeNext, signIn, signUp } from "./sign-in.ts";

export async function accountRoutes(app: FastifyInstance, wired: Wired): Promise<void> {
  const { house } = wired;
  const signUpPage = (
    request: FastifyRequest,
    reply: FastifyReply,
    values: Record<string, string>,
    errors: Record<string, string> = {},
  ) => {
    const open = maySignUp(house, values["invite"] ?? "");
    const data = { values, errors, open, first: !anyAccount(house), invited: Boolean(values["invite"]) };
    return sendPage(house, request, reply, "accounts/sign-up", data, {
      title: "Sign up",
      status: Object.keys(errors).length ? 422 : open ? 200 : 403,
    });
  };
  const signInPage = (
    request: FastifyRequest,
    reply: FastifyReply,
    values: Record<string, string>,
    errors: Record<string, string> = {},
  ) =>
    sendPage(
      house,
      request,
      reply,
      "accounts/sign-in",
      { values, errors, open: maySignUp(house, "") },
      { title: "Sign in", status: Object.keys(errors).length ? 422 : 200 },
    );

  app.get<{ Querystring: Record<string, string> }>("/sign-up", async (request, reply) => {
    if (visitorOrNull(request)) return reply.redirect("/", 303);
    return signUpPage(request, reply, { invite: String(request.query["invite"] ?? "") });
  });
  app.post("/sign-up", async (request, reply) => {
    const form = formFrom(signUpForm, request.body);
    if (!form.ok) return signUpPage(request, reply, form.values, form.errors);
    const shown = { name: form.values.name, email: form.values.email, invite: form.values.invite };
    if (!maySignUp(house, form.values.invite)) return signUpPage(request, reply, shown);
    const errors = await signUp(house, request, reply, form.values);
    return errors ? signUpPage(request, reply, shown, errors) : reply.redirect("/", 303);
  });

  app.get<{ Querystring: Record<string, string> }>("/sign-in", async (request, reply) => {
    if (visitorOrNull(request)) return reply.redirect("/", 303);
    if (!anyAccount(house)) return reply.redirect("/sign-up", 303);
    return signInPage(request, reply, { next: String(request.query["next"] ?? "") });
  });
  app.post("/sign-in", async (request, reply) => {
    const form = formFrom(signInForm, request.body);
    if (!form.ok) return signInPage(request, reply, form.values, form.errors);
    if (await signIn(house, request, reply, form.values)) return reply.redirect(safeNext(form.values.next), 303);
    return signInPage(
      request,
      reply,
      { email: form.values.email, next: form.values.next, borrowed: form.values.borrowed ?? "" },
      { password: "Address and password do not fit together." },
    );
  });

  app.post("/sign-out", async (request, reply) => {
    const visitor = visitorOrNull(request);
    if (visitor) {
      revokeSession(house, visitor.account.id, visitor.sessionId);
      audit(house, { action: "auth.sign_out", accountId: visitor.account.id });
    }
    request.session.delete();
    return reply.header("clear-site-data", '"cache", "storage"').redirect("/sign-in", 303);
  });

  await app.register(settingsRoutes, wired);
}
