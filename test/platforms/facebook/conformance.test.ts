/** Facebook, held to what every platform must survive: an ordinary video on a Page. */
import { VIDEO_PREFIX } from "../../../src/sandbox/facebook/store.ts";
import { conformance } from "../conformance.ts";
import { FINISH_VIDEO, PIECE } from "./page.ts";

conformance({
  id: "facebook",
  name: "Facebook",
  options: { kind: "feed" },
  requests: {
    first: PIECE,
    deciding: FINISH_VIDEO,
    status: `GET graph.facebook.com/v26.0/${VIDEO_PREFIX}`,
  },
  processing: { fails: "fail:1363024", never: "never" },
});
