-- Browsers that signed in to an account before: what one of them tries is counted apart from what the world tries.
CREATE TABLE devices (
  id TEXT PRIMARY KEY,
  secret_hash TEXT NOT NULL,
  account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  last_used_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  UNIQUE (secret_hash, account_id)
) STRICT;
CREATE INDEX devices_by_account ON devices (account_id, last_used_at);
CREATE INDEX devices_by_end ON devices (expires_at);

-- When the person behind a session last proved to be the person, by signing in or by giving the password again.
ALTER TABLE sessions ADD COLUMN confirmed_at INTEGER NOT NULL DEFAULT 0;
