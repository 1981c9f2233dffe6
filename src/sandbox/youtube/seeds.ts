/** Who is on the sandbox's YouTube: channels, their playlists, and the categories. */

export interface Channel {
  id: string;
  title: string;
  handle: string;
  country: string;
  longUploadsStatus: "allowed" | "eligible" | "disallowed";
  subscribers: number;
}

export interface Playlist {
  id: string;
  channelId: string;
  title: string;
}

export const channels: readonly Channel[] = [
  {
    id: "UCmiraOkaforSandbox00001",
    title: "Mira Okafor",
    handle: "@miraokafor",
    country: "US",
    longUploadsStatus: "allowed",
    subscribers: 1840,
  },
  {
    id: "UCharbourKitchenBrand002",
    title: "Harbour Kitchen",
    handle: "@harbourkitchen",
    country: "GB",
    longUploadsStatus: "eligible",
    subscribers: 96_200,
  },
  {
    id: "UClateTrainsSandbox00003",
    title: "Late Trains",
    handle: "@latetrains",
    country: "DE",
    longUploadsStatus: "disallowed",
    subscribers: 12,
  },
];

/** A Google account that never made a channel. */
export const ACCOUNT_WITHOUT_CHANNEL = "google-account-without-channel";

export const channelOf = (accountId: string) => channels.find((channel) => channel.id === accountId);

/** The playlist that YouTube keeps of everything a channel uploaded. */
export const uploadsListOf = (channelId: string) => `UU${channelId.slice(2)}`;

export const playlists: readonly Playlist[] = channels.flatMap((channel) => [
  { id: `PLday${channel.id.slice(2)}`, channelId: channel.id, title: "Day by day" },
  { id: `PLbest${channel.id.slice(2)}`, channelId: channel.id, title: "Best of" },
]);

export const categories = [
  { id: "1", title: "Film & Animation", assignable: true },
  { id: "2", title: "Autos & Vehicles", assignable: true },
  { id: "10", title: "Music", assignable: true },
  { id: "15", title: "Pets & Animals", assignable: true },
  { id: "17", title: "Sports", assignable: true },
  { id: "18", title: "Short Movies", assignable: false },
  { id: "19", title: "Travel & Events", assignable: true },
  { id: "20", title: "Gaming", assignable: true },
  { id: "22", title: "People & Blogs", assignable: true },
  { id: "23", title: "Comedy", assignable: true },
  { id: "24", title: "Entertainment", assignable: true },
  { id: "25", title: "News & Politics", assignable: true },
  { id: "26", title: "Howto & Style", assignable: true },
  { id: "27", title: "Education", assignable: true },
  { id: "28", title: "Science & Technology", assignable: true },
  { id: "29", title: "Nonprofits & Activism", assignable: true },
];
