-- What the team teaches: judgements of all watches by their time, and what was learnt from them.
CREATE INDEX "judgements_by_at" ON "judgements" ("at", id);

CREATE TABLE "lessons" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL,
    "language" text COLLATE "C"
);
CREATE INDEX "lessons_by_language" ON "lessons" ("language", id);

CREATE TABLE "models" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL
);
