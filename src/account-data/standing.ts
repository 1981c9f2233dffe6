/** What leaving would mean: whom it would leave without an owner, and how much goes. */
import type { House } from "../house.ts";
import { workspacesOf, type Holding } from "./held.ts";

export interface Standing {
  /** Why the account cannot be erased as things stand, each a sentence with its remedy; empty when it can. */
  reasons: string[];
  /** Workspaces that nobody else uses: they go with the account. */
  goes: Holding[];
  /** Workspaces that others use and own: the account leaves them. */
  stays: Holding[];
  /** Nobody would be left who could sign in. */
  last: boolean;
}

/** `heir` takes the install over where the account owns it and others remain. */
export function standingOf(house: House, accountId: string, heir: string | null = null): Standing {
  const holdings = workspacesOf(house, accountId);
  const others = (id: string): Array<{ role: string }> =>
    house.db.all(
      "SELECT memberships.role FROM memberships WHERE memberships.workspace_id = ? AND memberships.account_id <> ?",
      [id, accountId],
    );
  const shared = holdings.filter((one) => others(one.id).length > 0);
  const ownerless = shared.filter(
    (one) => one.role === "owner" && !others(one.id).some((other) => other.role === "owner"),
  );
  const remaining = house.db.get<{ n: number }>("SELECT COUNT(*) AS n FROM accounts WHERE accounts.id <> ?", [
    accountId,
  ])!.n;
  const ownsInstall = house.db.get("SELECT 1 FROM accounts WHERE accounts.id = ? AND accounts.is_owner = 1", [
    accountId,
  ]);
  const reasons = ownerless.map(
    (one) =>
      `The workspace “${one.name}” is used by others, and this account is its only owner. Make somebody else its owner, or let the others leave, first.`,
  );
  if (ownsInstall && remaining > 0 && heir === null)
    reasons.push(
      `This account owns the install, which ${remaining === 1 ? "one other account uses" : `${remaining} other accounts use`}. The operator hands it over while erasing: npm run cli -- erase-account --email ADDRESS --hand-to ADDRESS.`,
    );
  return {
    reasons,
    goes: holdings.filter((one) => !shared.includes(one)),
    stays: shared,
    last: remaining === 0,
  };
}
