/** Instagram: photos, carousels, reels and stories of professional accounts, by either of Meta's two sign-ins. */
import { definePlatform, type Platform } from "../contract.ts";
import { takingBack } from "../shared/meta/index.ts";
import { destinations } from "./accounts.ts";
import { checkpoint, type InstagramCheckpoint } from "./checkpoint.ts";
import { ways } from "./facebook-way.ts";
import { guide } from "./guide.ts";
import { limits } from "./limits.ts";
import { metrics } from "./metrics.ts";
import { oauth } from "./oauth.ts";
import { options, type InstagramOptions } from "./options.ts";
import { panelOf } from "./panel.ts";
import { prepare, readPreparation } from "./prepare.ts";
import { publish, resume } from "./publish.ts";
import { reconcile } from "./reconcile.ts";
import { revoke } from "./revoke.ts";
import { problemsOf } from "./validate.ts";

export const instagram: Platform = definePlatform<InstagramOptions, InstagramCheckpoint>({
  id: "instagram",
  name: "Instagram",
  icon: { slug: "instagram" },
  oauth,
  ways,
  limits,
  guide,
  options,
  checkpoint,
  destinations,
  prepare,
  panel: (draft, preparation) => panelOf(draft, readPreparation(preparation)),
  validate: (draft, preparation) => problemsOf(draft, readPreparation(preparation)),
  publish,
  resume,
  reconcile,
  metrics,
  revoke,
  takingBack,
});
