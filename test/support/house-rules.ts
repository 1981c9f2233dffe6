/** The written rules of the house: who may import whom, who writes which table. The architecture test holds the source to them. */

/**
 * Room → rooms whose values it may import. Types may come from anywhere. The order is from the ground up, and a room only
 * names rooms above it in this list: that is why there can be no circle. Files directly in src/ are rooms of their own.
 */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  // Ground: knows nothing at all.
  clock: [],
  ids: [],
  "time-zone": [],
  log: [],
  pictures: [],
  config: [],
  database: [],
  house: [],
  // Foundations: know no feature.
  vault: ["ids", "database"],
  outbound: ["log"],
  jobs: ["ids", "database"],
  mail: ["outbound", "log"],
  "platforms/contract": [],
  web: ["ids", "time-zone", "platforms/contract"],
  // The outside world.
  "platforms/shared": ["platforms/contract"],
  "platforms/<one>": ["platforms/contract", "platforms/shared"],
  platforms: ["platforms/contract", "platforms/<one>"],
  oauth: ["platforms/contract"],
  sandbox: ["ids", "outbound"],
  // Features.
  workspaces: ["ids", "time-zone", "database", "web"],
  accounts: ["ids", "time-zone", "database", "vault", "web", "jobs", "mail", "workspaces"],
  channels: [
    "ids",
    "pictures",
    "database",
    "vault",
    "outbound",
    "jobs",
    "web",
    "platforms",
    "platforms/contract",
    "oauth",
    "accounts",
  ],
  media: ["ids", "pictures", "database", "outbound", "jobs", "web", "accounts"],
  posts: [
    "ids",
    "time-zone",
    "database",
    "jobs",
    "web",
    "platforms",
    "platforms/contract",
    "accounts",
    "channels",
    "media",
  ],
  publishing: [
    "ids",
    "database",
    "vault",
    "jobs",
    "web",
    "platforms",
    "platforms/contract",
    "channels",
    "media",
    "posts",
  ],
  today: ["database", "web", "platforms", "platforms/contract", "accounts", "channels", "media", "posts", "publishing"],
  calendar: ["database", "web", "platforms", "posts"],
  api: [
    "ids",
    "database",
    "web",
    "platforms",
    "platforms/contract",
    "accounts",
    "channels",
    "media",
    "posts",
    "publishing",
  ],
  admin: [
    "config",
    "database",
    "vault",
    "outbound",
    "jobs",
    "web",
    "platforms",
    "platforms/contract",
    "accounts",
    "channels",
    "publishing",
  ],
  webhooks: ["platforms/contract"],
  backups: ["database", "vault", "accounts"],
  "account-data": ["database", "web", "accounts", "workspaces", "posts"],
  // The roof: puts it all together.
  wiring: ["*"],
  app: ["*"],
  server: ["*"],
  main: ["*"],
  cli: ["*"],
};

/** Rooms that are entered by another file than their index.ts: whole room → file, with the reason. */
export const doors: Readonly<Record<string, readonly string[]>> = {
  // The contract is what both sides of the outside world share; the list of platforms must not come with it.
  platforms: ["src/platforms/index.ts", "src/platforms/contract.ts"],
};

/** Table → the room that alone writes it; "" = written by no source file. */
export const owners: Readonly<Record<string, string>> = {
  migrations: "database",
  settings: "accounts",
  key_check: "vault",
  data_keys: "vault",
  accounts: "accounts",
  workspaces: "workspaces",
  memberships: "accounts",
  sessions: "accounts",
  devices: "accounts",
  invites: "accounts",
  throttles: "accounts",
  api_keys: "accounts",
  audit_log: "accounts",
  idempotency_keys: "api",
  jobs: "jobs",
  platform_apps: "channels",
  oauth_flows: "channels",
  channels: "channels",
  rate_windows: "channels",
  media: "media",
  media_search: "media",
  // By triggers on media.
  media_weights: "",
  posts: "posts",
  post_channels: "posts",
  post_media: "posts",
  post_words: "posts",
  post_search: "posts",
  publications: "publishing",
  publication_events: "publishing",
};

/** Writes outside the owner's room that stand, each with its reason: "file table". */
export const writtenElsewhere: Readonly<Record<string, string>> = {
  "src/channels/disconnect.ts idempotency_keys":
    "Kept answers may show the profile of the channel that is erased; they go in the same transaction.",
  "src/backups/hold-past.ts publications":
    "A restored database is older than the present; what it would send blindly is held before any server opens it.",
  "src/backups/hold-past.ts settings": "When the database was restored is part of the same transaction.",
  "src/backups/hold-past.ts publication_events": "The timeline says why, in the same transaction.",
  "src/web/health.ts settings": "/readyz proves by a write that the database takes one; the row means nothing.",
};

/** Platform folder → its vendor's shared folder. */
export const vendors: Readonly<Record<string, string>> = {
  youtube: "google",
  instagram: "meta",
  facebook: "meta",
  threads: "meta",
};
