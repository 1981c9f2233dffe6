/** TikTok: drafts to the inbox, direct posts and photo posts through the Content Posting API. */
import { definePlatform } from "../contract.ts";
import { checkpoint, type Checkpoint } from "./checkpoint.ts";
import { guide } from "./guide.ts";
import { limits } from "./limits.ts";
import { oauth, revoke } from "./oauth.ts";
import { options, type Options } from "./options.ts";
import { panel } from "./panel.ts";
import { destinations, prepare } from "./prepare.ts";
import { publish, resume } from "./publish.ts";
import { reconcile } from "./reconcile.ts";
import { validate } from "./validate.ts";
import { metrics } from "./videos.ts";
import { pushed } from "./webhook.ts";

export const tiktok = definePlatform<Options, Checkpoint>({
  id: "tiktok",
  name: "TikTok",
  icon: { slug: "tiktok" },
  oauth,
  limits,
  guide,
  options,
  checkpoint,
  destinations,
  prepare,
  panel,
  validate,
  publish,
  resume,
  reconcile,
  metrics,
  revoke,
  pushed,
});
