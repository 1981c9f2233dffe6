-- What posts are found by: the words of all versions of a post as one text, numbered in the order they were first kept.
-- Beside the words stand marks that no person types (U+A66E): the workspace's and one for each channel.
CREATE TABLE post_words (
  n INTEGER PRIMARY KEY,
  post_id TEXT NOT NULL UNIQUE REFERENCES posts (id) ON DELETE CASCADE,
  words TEXT NOT NULL
) STRICT;

CREATE VIRTUAL TABLE post_search USING fts5 (
  words,
  content = 'post_words',
  content_rowid = 'n',
  columnsize = 0,
  prefix = '1 2 3 4 5 6 7 8',
  tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TRIGGER post_words_added AFTER INSERT ON post_words BEGIN
  INSERT INTO post_search (rowid, words) VALUES (new.n, new.words);
END;
CREATE TRIGGER post_words_gone AFTER DELETE ON post_words BEGIN
  INSERT INTO post_search (post_search, rowid, words) VALUES ('delete', old.n, old.words);
END;
CREATE TRIGGER post_words_changed AFTER UPDATE OF words ON post_words BEGIN
  INSERT INTO post_search (post_search, rowid, words) VALUES ('delete', old.n, old.words);
  INSERT INTO post_search (rowid, words) VALUES (new.n, new.words);
END;

INSERT INTO post_words (post_id, words)
SELECT posts.id,
  replace(posts.text, char(42606), '') || ' ' || char(42606) || 'w' || replace(posts.workspace_id, '-', '') ||
  COALESCE((
    SELECT group_concat(
      ' ' || replace(COALESCE(post_channels.text, '') || ' ' || COALESCE(json_extract(post_channels.options, '$.title'), ''),
        char(42606), '') || ' ' || char(42606) || 'c' || replace(post_channels.channel_id, '-', ''), '')
    FROM post_channels WHERE post_channels.post_id = posts.id), '')
FROM posts ORDER BY posts.created_at, posts.id;

-- Lists: each filter of a list, and the order it is shown in, are one walk along one of these.
CREATE INDEX posts_by_state ON posts (workspace_id, state, updated_at, id);
DROP INDEX posts_by_time;
CREATE INDEX posts_by_time ON posts (workspace_id, scheduled_at, id) WHERE scheduled_at IS NOT NULL;
DROP INDEX publications_by_state;
CREATE INDEX publications_by_state ON publications (workspace_id, state, due_at, id);
DROP INDEX publications_by_channel;
CREATE INDEX publications_by_channel ON publications (channel_id, state, due_at, id);
