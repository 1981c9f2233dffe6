/** Sentences TikTok's audit compares word for word. */
import type { RichText } from "../contract.ts";
import { BRANDED_URL, MUSIC_URL } from "./guide.ts";

// 2026-11: https://developers.tiktok.com/doc/content-sharing-guidelines
export const DISCLOSE_WHICH = "You need to indicate if your content promotes yourself, a third party, or both.";
export const BRANDED_PRIVATE = "Branded content visibility cannot be set to private.";
export const LABEL_YOUR_BRAND = "Your photo/video will be labeled as 'Promotional content'";
export const LABEL_BRANDED = "Your photo/video will be labeled as 'Paid partnership'";

const BY_POSTING = "By posting, you agree to TikTok's ";
const MUSIC = { text: "Music Usage Confirmation", href: MUSIC_URL };

/** The declaration before the publish button. */
export function declaration(branded: boolean): RichText {
  if (!branded) return [BY_POSTING, MUSIC];
  return [BY_POSTING, { text: "Branded Content Policy", href: BRANDED_URL }, " and ", MUSIC];
}
