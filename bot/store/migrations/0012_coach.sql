-- The steps ticked of an alert, rehearsals, and who was shown round.
CREATE TABLE "checklists" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL,
    "at" text COLLATE "C"
);
CREATE INDEX "checklists_by_at" ON "checklists" ("at", id);

CREATE TABLE "drills" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL,
    "began" text COLLATE "C",
    "team" text COLLATE "C"
);
CREATE INDEX "drills_by_team_began" ON "drills" ("team", "began", id);
CREATE INDEX "drills_by_began" ON "drills" ("began", id);

CREATE TABLE "scripts" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL,
    "made" text COLLATE "C"
);
CREATE INDEX "scripts_by_made" ON "scripts" ("made", id);

CREATE TABLE "tours" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL
);
