/** Facebook Pages: posts with text, links, photos and videos, reels and stories. */
import { definePlatform, type Platform } from "../contract.ts";
import { takingBack } from "../shared/meta/index.ts";
import { checkpoint, type FacebookCheckpoint } from "./checkpoint.ts";
import { guide } from "./guide.ts";
import { limits } from "./limits.ts";
import { metrics } from "./metrics.ts";
import { oauth, ways } from "./oauth.ts";
import { options, type FacebookOptions } from "./options.ts";
import { destinations, prepare, type FacebookPreparation } from "./pages.ts";
import { panelOf } from "./panel.ts";
import { publish, resume } from "./publish.ts";
import { reconcile } from "./reconcile.ts";
import { revoke } from "./revoke.ts";
import { problemsOf } from "./validate.ts";

export const facebook: Platform = definePlatform<FacebookOptions, FacebookCheckpoint>({
  id: "facebook",
  name: "Facebook",
  icon: { slug: "facebook" },
  oauth,
  ways,
  limits,
  guide,
  options,
  checkpoint,
  destinations,
  prepare,
  panel: (draft, preparation) => panelOf(draft, preparation as FacebookPreparation | null),
  validate: (draft, preparation) => problemsOf(draft, preparation as FacebookPreparation | null),
  publish,
  resume,
  reconcile,
  metrics,
  revoke,
  takingBack,
});
