/** Rows of posts and their versions per channel. */

export interface PostRow {
  id: string;
  workspace_id: string;
  created_by: string | null;
  text: string;
  media: string;
  state: "draft" | "planned";
  scheduled_at: number | null;
  wall_time: string | null;
  time_zone: string;
  version: number;
  created_at: number;
  updated_at: number;
}

export interface PostChannelRow {
  post_id: string;
  channel_id: string;
  position: number;
  text: string | null;
  media: string | null;
  options: string;
}
