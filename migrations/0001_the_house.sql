-- Ids are UUIDv7 text, times are UTC milliseconds ending in _at, columns ending in _sealed hold vault text ("x1.…").

CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

-- vault ---------------------------------------------------------------------------------------------------------------
CREATE TABLE key_check (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  value TEXT NOT NULL,
  fingerprint TEXT NOT NULL
) STRICT;

CREATE TABLE data_keys (
  kid TEXT PRIMARY KEY,
  wrapped TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('active', 'old', 'destroyed')),
  created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX data_keys_one_active ON data_keys (state) WHERE state = 'active';

-- accounts ------------------------------------------------------------------------------------------------------------
CREATE TABLE accounts (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL,
  email_folded TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  is_owner INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX accounts_one_owner ON accounts (is_owner) WHERE is_owner = 1;

CREATE TABLE workspaces (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  missed_grace_ms INTEGER NOT NULL DEFAULT 3600000,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE memberships (
  workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  role TEXT NOT NULL CHECK (role IN ('owner', 'member')),
  created_at INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_by_account ON memberships (account_id);

CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  secret_hash TEXT NOT NULL UNIQUE,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  device TEXT NOT NULL,
  address TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT;
CREATE INDEX sessions_by_account ON sessions (account_id, last_seen_at);

CREATE TABLE invites (
  id TEXT PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,
  created_by TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  note TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT;

-- Counters that a restart must not forget: sign-in waits, sign-ups per address.
CREATE TABLE throttles (
  name TEXT PRIMARY KEY,
  count INTEGER NOT NULL,
  window_ends_at INTEGER NOT NULL,
  wait_until_at INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE api_keys (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  hint TEXT NOT NULL,
  secret_hash TEXT NOT NULL UNIQUE,
  scopes TEXT NOT NULL CHECK (json_valid(scopes)),
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  last_used_at INTEGER,
  revoked_at INTEGER
) STRICT;
CREATE INDEX api_keys_by_workspace ON api_keys (workspace_id, created_at);

CREATE TABLE idempotency_keys (
  api_key_id TEXT NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  request_hash TEXT NOT NULL,
  status INTEGER,
  body TEXT,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (api_key_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

CREATE TABLE audit_log (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  workspace_id TEXT,
  account_id TEXT,
  action TEXT NOT NULL,
  target TEXT NOT NULL DEFAULT '',
  outcome TEXT NOT NULL DEFAULT 'ok',
  facts TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(facts))
) STRICT;
CREATE INDEX audit_log_by_age ON audit_log (at);

-- jobs ----------------------------------------------------------------------------------------------------------------
CREATE TABLE jobs (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  args TEXT NOT NULL CHECK (json_valid(args)),
  lane TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'dead', 'cancelled')),
  run_at INTEGER NOT NULL,
  attempt INTEGER NOT NULL DEFAULT 0 CHECK (attempt >= 0),
  unique_key TEXT,
  -- what it must not crowd: at most so many running jobs a slot (a channel) and a pool (a platform)
  slot TEXT,
  pool TEXT,
  problem TEXT,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  CHECK ((state IN ('done', 'dead', 'cancelled')) = (finished_at IS NOT NULL))
) STRICT;
CREATE INDEX jobs_due ON jobs (lane, run_at) WHERE state = 'queued';
CREATE INDEX jobs_running ON jobs (lane) WHERE state = 'running';
CREATE UNIQUE INDEX jobs_unique ON jobs (unique_key) WHERE unique_key IS NOT NULL AND state IN ('queued', 'running');
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL;

-- channels ------------------------------------------------------------------------------------------------------------
CREATE TABLE platform_apps (
  id TEXT PRIMARY KEY,
  platform TEXT NOT NULL UNIQUE,
  client_id TEXT NOT NULL,
  client_secret_sealed TEXT NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE oauth_flows (
  id TEXT PRIMARY KEY,
  state_hash TEXT NOT NULL UNIQUE,
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  platform TEXT NOT NULL,
  channel_id TEXT,
  verifier_sealed TEXT NOT NULL,
  -- tokens and destinations found after consent, while the person chooses
  found_sealed TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT;
CREATE INDEX oauth_flows_by_age ON oauth_flows (expires_at);

CREATE TABLE channels (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  platform TEXT NOT NULL,
  -- null once disconnected: these are the person's data at the platform
  remote_id TEXT,
  name TEXT,
  handle TEXT,
  avatar BLOB,
  scopes TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(scopes)),
  extra_sealed TEXT,
  state TEXT NOT NULL CHECK (state IN ('ready', 'signed_out', 'revoked')),
  state_reason TEXT,
  access_token_sealed TEXT,
  access_expires_at INTEGER,
  refresh_token_sealed TEXT,
  refresh_expires_at INTEGER,
  connected_at INTEGER NOT NULL,
  renewed_at INTEGER,
  last_success_at INTEGER,
  created_at INTEGER NOT NULL,
  disconnected_at INTEGER,
  -- what disconnecting did, shown as a receipt
  receipt TEXT CHECK (receipt IS NULL OR json_valid(receipt)),
  CHECK ((disconnected_at IS NULL) = (remote_id IS NOT NULL)),
  CHECK (disconnected_at IS NULL OR (access_token_sealed IS NULL AND refresh_token_sealed IS NULL AND name IS NULL))
) STRICT;
CREATE UNIQUE INDEX channels_once ON channels (workspace_id, platform, remote_id) WHERE disconnected_at IS NULL;
CREATE INDEX channels_by_workspace ON channels (workspace_id, created_at);

-- Requests counted against a platform's limits; survives restarts.
CREATE TABLE rate_windows (
  name TEXT PRIMARY KEY,
  used INTEGER NOT NULL,
  window_ends_at INTEGER NOT NULL,
  blocked_until_at INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- media ---------------------------------------------------------------------------------------------------------------
CREATE TABLE media (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  state TEXT NOT NULL CHECK (state IN ('processing', 'ready', 'failed')),
  problem TEXT,
  name TEXT NOT NULL,
  title TEXT NOT NULL DEFAULT '',
  alt_text TEXT NOT NULL DEFAULT '',
  labels TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(labels)),
  source_url TEXT,
  sha256 TEXT,
  kind TEXT CHECK (kind IN ('image', 'video', 'audio')),
  mime TEXT,
  extension TEXT,
  bytes INTEGER,
  width INTEGER,
  height INTEGER,
  duration_ms INTEGER,
  video_codec TEXT,
  audio_codec TEXT,
  frame_rate REAL,
  rotation INTEGER,
  has_poster INTEGER NOT NULL DEFAULT 0,
  epoch INTEGER NOT NULL DEFAULT 0,
  created_by TEXT REFERENCES accounts (id) ON DELETE SET NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX media_by_workspace ON media (workspace_id, created_at DESC, id DESC);
CREATE INDEX media_by_hash ON media (sha256);

CREATE VIRTUAL TABLE media_search USING fts5 (id UNINDEXED, workspace_id UNINDEXED, words, tokenize = 'unicode61 remove_diacritics 2');

-- posts ---------------------------------------------------------------------------------------------------------------
CREATE TABLE posts (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  created_by TEXT REFERENCES accounts (id) ON DELETE SET NULL,
  text TEXT NOT NULL DEFAULT '',
  -- JSON list of media ids, in order
  media TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(media)),
  -- draft: nothing handed over; planned: publications exist (their states tell the rest)
  state TEXT NOT NULL CHECK (state IN ('draft', 'planned')),
  scheduled_at INTEGER,
  -- the wall time and zone it was meant in: "2026-12-01T17:30"
  wall_time TEXT,
  time_zone TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX posts_by_workspace ON posts (workspace_id, updated_at DESC, id DESC);
CREATE INDEX posts_by_time ON posts (workspace_id, scheduled_at) WHERE scheduled_at IS NOT NULL;

-- A version per channel: null text or media = the post's own.
CREATE TABLE post_channels (
  post_id TEXT NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
  channel_id TEXT NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  text TEXT,
  media TEXT CHECK (media IS NULL OR json_valid(media)),
  options TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(options)),
  PRIMARY KEY (post_id, channel_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX post_channels_by_channel ON post_channels (channel_id);

-- Which media a post uses, in any version or option: for "where used" and for refusing to delete.
CREATE TABLE post_media (
  post_id TEXT NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
  media_id TEXT NOT NULL REFERENCES media (id) ON DELETE CASCADE,
  PRIMARY KEY (post_id, media_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX post_media_by_media ON post_media (media_id);

-- publishing ----------------------------------------------------------------------------------------------------------
CREATE TABLE publications (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  post_id TEXT NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
  channel_id TEXT NOT NULL REFERENCES channels (id),
  platform TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('scheduled', 'publishing', 'confirming', 'published', 'in_inbox', 'held', 'unconfirmed', 'failed', 'cancelled')),
  due_at INTEGER NOT NULL,
  started_at INTEGER,
  published_at INTEGER,
  attempt INTEGER NOT NULL DEFAULT 0,
  -- open: nothing that could become public was sent; committed: the deciding request may be under way; answered: the platform took it
  fence TEXT NOT NULL DEFAULT 'open' CHECK (fence IN ('open', 'committed', 'answered')),
  checkpoint_sealed TEXT,
  sent_bytes INTEGER NOT NULL DEFAULT 0,
  total_bytes INTEGER NOT NULL DEFAULT 0,
  remote_id TEXT,
  url TEXT,
  expires_at INTEGER,
  -- { kind, code, message, remedy }
  problem TEXT CHECK (problem IS NULL OR json_valid(problem)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (post_id, channel_id),
  CHECK (state <> 'published' OR published_at IS NOT NULL),
  CHECK (fence = 'open' OR state NOT IN ('scheduled', 'publishing')),
  CHECK (state <> 'confirming' OR fence <> 'open'),
  CHECK (state NOT IN ('held', 'failed', 'unconfirmed') OR problem IS NOT NULL)
) STRICT;
CREATE INDEX publications_by_workspace ON publications (workspace_id, due_at, id);
CREATE INDEX publications_by_state ON publications (workspace_id, state, due_at);
CREATE INDEX publications_by_channel ON publications (channel_id, state);
CREATE INDEX publications_active ON publications (state, due_at) WHERE state IN ('scheduled', 'publishing', 'confirming', 'in_inbox');

CREATE TABLE publication_events (
  id INTEGER PRIMARY KEY,
  publication_id TEXT NOT NULL REFERENCES publications (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  event TEXT NOT NULL,
  detail TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX publication_events_by_publication ON publication_events (publication_id, id);
