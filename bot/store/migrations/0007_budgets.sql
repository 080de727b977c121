-- What each account used of its budget of a day: searches, money.
CREATE TABLE "budgets" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL,
    "day" text COLLATE "C"
);
CREATE INDEX "budgets_by_day" ON "budgets" ("day", id);
