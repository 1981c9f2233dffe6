/** Rows of media. */

export interface MediaRow {
  id: string;
  workspace_id: string;
  state: "processing" | "ready" | "failed";
  problem: string | null;
  name: string;
  title: string;
  alt_text: string;
  labels: string;
  source_url: string | null;
  sha256: string | null;
  kind: "image" | "video" | "audio" | null;
  mime: string | null;
  extension: string | null;
  bytes: number | null;
  width: number | null;
  height: number | null;
  duration_ms: number | null;
  video_codec: string | null;
  audio_codec: string | null;
  frame_rate: number | null;
  rotation: number | null;
  has_poster: 0 | 1;
  epoch: number;
  created_by: string | null;
  created_at: number;
}
