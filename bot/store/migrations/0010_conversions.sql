-- What campaigns brought, as a webhook or a file told it.
CREATE TABLE "conversions" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL,
    "at" text COLLATE "C",
    kept_day date
);
CREATE INDEX "conversions_by_at" ON "conversions" ("at", id);
CREATE INDEX "conversions_kept_day" ON "conversions" (kept_day);
