-- What posts are known again by: other names of mentions, and sketches of what they say.
CREATE TABLE "aliases" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL,
    kept_day date
);
CREATE INDEX "aliases_kept_day" ON "aliases" (kept_day);

CREATE TABLE "prints" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL,
    "at" text COLLATE "C",
    "watch" text COLLATE "C",
    kept_day date
);
CREATE INDEX "prints_by_watch_at" ON "prints" ("watch", "at", id);
CREATE INDEX "prints_kept_day" ON "prints" (kept_day);
