-- What landed last, by when the platform said so, however late that was.
CREATE INDEX publications_landed ON publications (workspace_id, published_at) WHERE published_at IS NOT NULL;
