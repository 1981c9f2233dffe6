/** Every way of publishing that the sandbox's platforms have: what is sent, with which choices. */

export interface Flow {
  platform: string;
  name: string;
  /** "clip.mp4" of the fixtures, or pictures that are drawn in the colour of their name. */
  media: readonly string[];
  options(text: string): Record<string, unknown>;
  /** The access token has run out when it begins, so it is renewed first. */
  expired?: true;
  /** Its sign-in is older than a day when it begins: Instagram renews none of the first day. */
  rested?: true;
  /** The state of a post that all went well with. */
  end?: "in_inbox";
}

const tiktok = { privacyLevel: "PUBLIC_TO_EVERYONE", musicConsent: true };

export const flows: readonly Flow[] = [
  { platform: "tiktok", name: "video", media: ["clip.mp4"], options: () => ({ ...tiktok, mode: "direct" }) },
  {
    platform: "tiktok",
    name: "video, token run out",
    media: ["clip.mp4"],
    options: () => ({ ...tiktok, mode: "direct" }),
    expired: true,
  },
  {
    platform: "tiktok",
    name: "video to the inbox",
    media: ["clip.mp4"],
    options: () => ({ mode: "inbox" }),
    end: "in_inbox",
  },
  { platform: "tiktok", name: "photos", media: ["red.jpg"], options: () => ({ ...tiktok, mode: "direct" }) },
  {
    platform: "youtube",
    name: "video",
    media: ["clip.mp4"],
    options: (text) => ({ title: text, privacyStatus: "public", madeForKids: false }),
  },
  {
    platform: "youtube",
    name: "video, token run out",
    media: ["clip.mp4"],
    options: (text) => ({ title: text, privacyStatus: "public", madeForKids: false }),
    expired: true,
  },
  { platform: "instagram", name: "reel", media: ["clip.mp4"], options: () => ({ kind: "reel" }) },
  { platform: "instagram", name: "photo", media: ["red.jpg"], options: () => ({ kind: "feed" }) },
  {
    platform: "instagram",
    name: "photo, token run out",
    media: ["red.jpg"],
    options: () => ({ kind: "feed" }),
    expired: true,
    rested: true,
  },
  {
    platform: "instagram",
    name: "carousel with a first comment",
    media: ["red.jpg", "blue.jpg"],
    options: () => ({ kind: "feed", firstComment: "First" }),
  },
  { platform: "instagram", name: "story", media: ["clip.mp4"], options: () => ({ kind: "story" }) },
  { platform: "facebook", name: "text", media: [], options: () => ({ kind: "feed" }) },
  { platform: "facebook", name: "photos", media: ["red.jpg", "blue.jpg"], options: () => ({ kind: "feed" }) },
  {
    platform: "facebook",
    name: "video with a first comment",
    media: ["clip.mp4"],
    options: () => ({ kind: "feed", firstComment: "First" }),
  },
  { platform: "facebook", name: "reel", media: ["clip.mp4"], options: () => ({ kind: "reel" }) },
  { platform: "facebook", name: "video story", media: ["clip.mp4"], options: () => ({ kind: "story" }) },
  { platform: "facebook", name: "photo story", media: ["red.jpg"], options: () => ({ kind: "story" }) },
];
