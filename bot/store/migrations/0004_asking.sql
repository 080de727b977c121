-- How negative the posts of each watch usually are, and what the team is asked about.
CREATE TABLE "levels" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL
);

CREATE TABLE "questions" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL,
    "at" text COLLATE "C",
    "watch" text COLLATE "C"
);
CREATE INDEX "questions_by_watch_at" ON "questions" ("watch", "at", id);
CREATE INDEX "questions_by_at" ON "questions" ("at", id);
