/** Your data: a copy of everything to take along, and deleting the account; each asks for the password unless it was given lately. */
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { audit, prove, provedLately } from "../accounts/index.ts";
import { Refusal, sendPage, visitorOf } from "../web/index.ts";
import type { Wired } from "../wiring.ts";
import { CannotErase, eraseAccount, type Erased } from "./erase-account.ts";
import { exportAccount, exportName } from "./export-account.ts";
import { receiptOf } from "./receipt.ts";
import { standingOf } from "./standing.ts";

type Form = Record<string, string>;

export async function accountDataRoutes(app: FastifyInstance, wired: Wired): Promise<void> {
  const { house } = wired;
  const show = (request: FastifyRequest, reply: FastifyReply, failed: { form: string; errors: Form } | null = null) => {
    const { account } = visitorOf(request);
    const data = {
      account,
      standing: standingOf(house, account.id),
      held: held(wired, account.id),
      proved: provedLately(house, request),
      failed: failed ?? { form: "", errors: {} },
    };
    const options = { title: "Your data", nav: "settings", status: failed ? 422 : 200 };
    return sendPage(house, request, reply, "account-data/data", data, options);
  };
  const isPerson = async (request: FastifyRequest): Promise<boolean> =>
    provedLately(house, request) ||
    (await prove(house, request, String((request.body as Form)["currentPassword"] ?? "")));
  const wrongPassword = { currentPassword: "That is not your current password." };

  app.get("/settings/account", async (request, reply) => show(request, reply));

  app.post("/settings/account/export", { compress: false }, async (request, reply) => {
    if (!(await isPerson(request))) return show(request, reply, { form: "export", errors: wrongPassword });
    const { account } = visitorOf(request);
    audit(house, { action: "account.exported", accountId: account.id, facts: { from: "settings" } });
    const { archive } = exportAccount(house, account.id);
    return reply
      .type("application/x-tar")
      .header("content-disposition", `attachment; filename="${exportName(house.clock.now())}"`)
      .header("cache-control", "no-store")
      .send(Readable.from(archive));
  });

  app.post("/settings/account/delete", async (request, reply) => {
    const { account } = visitorOf(request);
    const typed = String((request.body as Form)["email"] ?? "").trim();
    if (typed.toLowerCase() !== account.email.toLowerCase())
      return show(request, reply, {
        form: "delete",
        errors: { email: `Write ${account.email} to delete this account.` },
      });
    if (!(await isPerson(request))) return show(request, reply, { form: "delete", errors: wrongPassword });
    const erased = await eraseOrRefuse(wired, account.id);
    request.session.delete();
    reply.header("clear-site-data", '"cache", "storage"');
    return goodbye(wired, request, reply, erased);
  });
}

async function eraseOrRefuse(wired: Wired, accountId: string): Promise<Erased> {
  try {
    return await eraseAccount(wired, accountId);
  } catch (error) {
    if (!(error instanceof CannotErase)) throw error;
    throw new Refusal(409, {
      title: "This account cannot be deleted yet",
      message: error.message,
      next: "Do that first, then come back.",
    });
  }
}

/** The receipt is shown once: there is nobody left to show it to again. */
function goodbye({ house }: Wired, request: FastifyRequest, reply: FastifyReply, erased: Erased): FastifyReply {
  const title = erased.channels.every((one) => one.revoked)
    ? "Your account is deleted"
    : "Your account is deleted, and not everything is withdrawn";
  return sendPage(
    house,
    request,
    reply,
    "account-data/goodbye",
    { title, erased, receipt: receiptOf(erased, { forOperator: false }) },
    { title },
  );
}

/** How much there is, for the page. */
function held({ house, media, channels }: Wired, accountId: string): Record<string, number> {
  const { goes, stays } = standingOf(house, accountId);
  const sum = (count: (workspaceId: string) => number): number =>
    [...goes, ...stays].reduce((total, one) => total + count(one.id), 0);
  return {
    posts: sum(
      (id) => house.db.get<{ n: number }>("SELECT COUNT(*) AS n FROM posts WHERE posts.workspace_id = ?", [id])!.n,
    ),
    files: sum((id) => media.weight(id).files),
    bytes: sum((id) => media.weight(id).bytes),
    channels: sum((id) => channels.list(id).length),
  };
}
