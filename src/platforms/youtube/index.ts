/** YouTube: videos and Shorts by resumable upload. */
import { definePlatform, type Platform } from "../contract.ts";
import { revokeGrant } from "../shared/google/index.ts";
import { destinations, prepare, type YoutubePreparation } from "./channel.ts";
import { checkpoint, type YoutubeCheckpoint } from "./checkpoint.ts";
import { guide } from "./guide.ts";
import { limits } from "./limits.ts";
import { metrics } from "./metrics.ts";
import { oauth } from "./oauth.ts";
import { options, type YoutubeOptions } from "./options.ts";
import { panelOf } from "./panel.ts";
import { publish, resume } from "./publish.ts";
import { reconcile } from "./reconcile.ts";
import { problemsOf } from "./validate.ts";

export const youtube: Platform = definePlatform<YoutubeOptions, YoutubeCheckpoint>({
  id: "youtube",
  name: "YouTube",
  icon: { slug: "youtube" },
  oauth,
  limits,
  guide,
  options,
  checkpoint,
  destinations,
  prepare,
  panel: (draft, preparation) => panelOf(draft, preparation as YoutubePreparation | null),
  validate: (draft, preparation) => problemsOf(draft, preparation as YoutubePreparation | null),
  publish,
  resume,
  reconcile,
  metrics,
  revoke: revokeGrant,
});
