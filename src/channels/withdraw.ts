/** Asks the platform to withdraw a grant, for ten seconds at most, and says in words how that went. */
import { PlatformError, type Platform } from "../platforms/contract.ts";
import type { Keeper } from "./keeper.ts";
import { manageAccessUrl, platformIn, type Room } from "./room.ts";
import type { Channel } from "./rows.ts";

const WITHIN_MS = 10_000;

export interface Withdrawal {
  revoked: boolean;
  words: string;
}

/** Never throws. A grant that other channels of the workspace live on is left to them. */
export async function withdraw(room: Room, keeper: Keeper, row: Channel): Promise<Withdrawal> {
  const platform = platformIn(room, row.platform);
  const byHand = `You can withdraw it at ${manageAccessUrl(platform, room.rows.extra(row)["way"] ?? "")}.`;
  const tokens = room.rows.tokens(row);
  if (tokens === null) return { revoked: true, words: `There was nothing left to withdraw at ${platform.name}.` };
  if (room.rows.sharing(row, tokens).length > 1) {
    return {
      revoked: false,
      words: `The permission stays at ${platform.name}, because another channel here was connected with the same sign-in. It is withdrawn when the last of them is disconnected.`,
    };
  }
  try {
    await withinLimit((signal) => platform.revoke(keeper.session(row, { signal, evenSignedOut: true })));
    return { revoked: true, words: `${platform.name} confirmed that Postern's access is withdrawn.` };
  } catch (error) {
    const outcome = outcomeOf(platform, error);
    room.house.log.warn(
      { channel: row.id, platform: row.platform, revoked: outcome.revoked },
      "withdrawing a grant was not confirmed",
    );
    const told = outcome.revoked || outcome.complete === true;
    return { revoked: outcome.revoked, words: told ? outcome.words : `${outcome.words} ${byHand}` };
  }
}

/** `complete`: the platform module's own words already say how to withdraw it by hand. */
function outcomeOf(platform: Platform, error: unknown): Withdrawal & { complete?: true } {
  if (error instanceof PlatformError && error.kind === "signed_out") {
    return { revoked: true, words: `${platform.name} had already ended this sign-in.` };
  }
  if (error instanceof PlatformError && error.code === "network") {
    return { revoked: false, words: `${platform.name} could not be reached, so the access there was not withdrawn.` };
  }
  if (error instanceof PlatformError && error.kind === "rejected" && error.remedy !== "") {
    return { revoked: false, words: `${error.message} ${error.remedy}`, complete: true };
  }
  return { revoked: false, words: `${platform.name} did not confirm that the access is withdrawn.` };
}

async function withinLimit(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const limit = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new PlatformError("transient", { code: "network", message: "No answer came in time." }));
      limit.abort();
    }, WITHIN_MS);
  });
  try {
    await Promise.race([work(limit.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
