-- Operations with their dates, cost and goal, whose return is asked for.
CREATE TABLE "campaigns" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL,
    "first" text COLLATE "C"
);
CREATE INDEX "campaigns_by_first" ON "campaigns" ("first", id);
