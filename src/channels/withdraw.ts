/** Asks the platform to withdraw a grant, twice at most and for ten seconds, and says in words how that went. */
import { setTimeout as sleep } from "node:timers/promises";
import { PlatformError, type Platform } from "../platforms/contract.ts";
import type { Keeper } from "./keeper.ts";
import { manageAccessUrl, platformIn, type Room } from "./room.ts";
import type { Channel } from "./rows.ts";

const WITHIN_MS = 10_000;
const PAUSE_MS = 500;

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
    await withinLimit((signal) =>
      orAgain(() => platform.revoke(keeper.session(row, { signal, evenSignedOut: true })), signal),
    );
    return { revoked: true, words: `${platform.name} confirmed that Postern's access is withdrawn.` };
  } catch (error) {
    const outcome = row.state === "revoked" ? endedBefore(platform) : outcomeOf(platform, error);
    room.house.log.warn(
      { channel: row.id, platform: row.platform, revoked: outcome.revoked },
      "withdrawing a grant was not confirmed",
    );
    const told = outcome.revoked || outcome.complete === true;
    return { revoked: outcome.revoked, words: told ? outcome.words : `${outcome.words} ${byHand}` };
  }
}

/** The platform said so: now, or by itself when the access was taken back there. */
function endedBefore(platform: Platform): Withdrawal & { complete?: true } {
  return { revoked: true, words: `${platform.name} had already ended this sign-in.` };
}

/** `complete`: the platform module's own words already say how to withdraw it by hand. */
function outcomeOf(platform: Platform, error: unknown): Withdrawal & { complete?: true } {
  if (error instanceof PlatformError && error.kind === "signed_out") return endedBefore(platform);
  if (error instanceof PlatformError && error.code === "network") {
    return {
      revoked: false,
      // What left this machine may have arrived, whatever became of the answer.
      words: error.sent
        ? `${platform.name}'s answer did not arrive, so it is not known whether the access there is withdrawn.`
        : `${platform.name} could not be reached, so the access there was not withdrawn.`,
    };
  }
  if (error instanceof PlatformError && error.kind === "rejected" && error.remedy !== "") {
    return { revoked: false, words: `${error.message} ${error.remedy}`, complete: true };
  }
  return { revoked: false, words: `${platform.name} did not confirm that the access is withdrawn.` };
}

/** Once more after a fault of the moment. What the second try meets says less than the first, which may have worked. */
async function orAgain(ask: () => Promise<void>, signal: AbortSignal): Promise<void> {
  try {
    await ask();
  } catch (error) {
    if (!(error instanceof PlatformError) || error.kind !== "transient") throw error;
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    await ask().catch(() => {
      throw error;
    });
  }
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
