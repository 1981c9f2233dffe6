/** TikTok, held to what every platform must survive. */
import { conformance } from "../conformance.ts";

conformance({
  id: "tiktok",
  name: "TikTok",
  options: { mode: "direct", privacyLevel: "PUBLIC_TO_EVERYONE", musicConsent: true },
  requests: {
    first: "POST open.tiktokapis.com/v2/post/publish/video/init/",
    deciding: "PUT open-upload.tiktokapis.com/",
    status: "POST open.tiktokapis.com/v2/post/publish/status/fetch/",
  },
  processing: { fails: "fail:duration_check_failed", never: "never" },
});
