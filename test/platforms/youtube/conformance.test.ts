/** YouTube, held to what every platform must survive. */
import { conformance } from "../conformance.ts";

conformance({
  id: "youtube",
  name: "YouTube",
  options: { privacyStatus: "public", madeForKids: false },
  optionsFor: (text) => ({ title: text }),
  requests: {
    first: "POST www.googleapis.com/upload/youtube/v3/videos",
    deciding: "PUT www.googleapis.com/upload/youtube/v3/videos",
    status: "GET www.googleapis.com/youtube/v3/videos",
  },
  processing: { fails: "fail:codec", never: "never" },
});
