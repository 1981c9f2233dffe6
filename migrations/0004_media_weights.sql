-- How many ready files each workspace has and what they weigh, kept by the triggers below: the library says it on every page.

CREATE TABLE media_weights (
  workspace_id TEXT PRIMARY KEY REFERENCES workspaces (id) ON DELETE CASCADE,
  files INTEGER NOT NULL,
  bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO media_weights (workspace_id, files, bytes)
  SELECT workspace_id, COUNT(*), COALESCE(SUM(bytes), 0) FROM media WHERE state = 'ready' GROUP BY workspace_id;

CREATE TRIGGER media_weights_ready AFTER INSERT ON media WHEN new.state = 'ready' BEGIN
  INSERT INTO media_weights (workspace_id, files, bytes) VALUES (new.workspace_id, 1, COALESCE(new.bytes, 0))
    ON CONFLICT (workspace_id) DO UPDATE SET files = files + 1, bytes = bytes + excluded.bytes;
END;

CREATE TRIGGER media_weights_gone AFTER DELETE ON media WHEN old.state = 'ready' BEGIN
  UPDATE media_weights SET files = files - 1, bytes = bytes - COALESCE(old.bytes, 0) WHERE workspace_id = old.workspace_id;
END;

CREATE TRIGGER media_weights_changed AFTER UPDATE OF state, bytes, workspace_id ON media
WHEN old.state = 'ready' OR new.state = 'ready' BEGIN
  UPDATE media_weights SET files = files - 1, bytes = bytes - COALESCE(old.bytes, 0)
    WHERE old.state = 'ready' AND workspace_id = old.workspace_id;
  INSERT INTO media_weights (workspace_id, files, bytes)
    SELECT new.workspace_id, 1, COALESCE(new.bytes, 0) WHERE new.state = 'ready'
    ON CONFLICT (workspace_id) DO UPDATE SET files = files + 1, bytes = bytes + excluded.bytes;
END;
