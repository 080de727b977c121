-- The team's working day: what was kept before gets its new columns from its documents.
ALTER TABLE "mentions" ADD COLUMN "post_url" text COLLATE "C";
UPDATE "mentions" SET "post_url" = document #>> '{post,url}';
CREATE INDEX "mentions_by_post_url_at" ON "mentions" ("post_url", "at", id);
ALTER TABLE "conversations" ADD COLUMN "alert" text COLLATE "C";
UPDATE "conversations" SET "alert" = document #>> '{alert}';
CREATE INDEX "conversations_by_alert_opened" ON "conversations" ("alert", "opened", id);
ALTER TABLE "audit" ADD COLUMN "by" text COLLATE "C";
UPDATE "audit" SET "by" = document #>> '{by}';
CREATE INDEX "audit_by_by_order" ON "audit" ("by", "order", id);
CREATE INDEX "audit_by_order" ON "audit" ("order", id);
ALTER TABLE "mutes" ADD COLUMN "until" text COLLATE "C";
UPDATE "mutes" SET "until" = document #>> '{until}';
CREATE INDEX "mutes_by_until" ON "mutes" ("until", id);

CREATE TABLE "stories" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL
);

CREATE TABLE "timers" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL,
    "due" text COLLATE "C"
);
CREATE INDEX "timers_by_due" ON "timers" ("due", id);

CREATE TABLE "watches" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL,
    "name" text COLLATE "C"
);
CREATE INDEX "watches_by_name" ON "watches" ("name", id);

CREATE TABLE "judgements" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL,
    "at" text COLLATE "C",
    "watch" text COLLATE "C"
);
CREATE INDEX "judgements_by_watch_at" ON "judgements" ("watch", "at", id);

CREATE TABLE "proposals" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL,
    "at" text COLLATE "C",
    "watch" text COLLATE "C"
);
CREATE INDEX "proposals_by_watch_at" ON "proposals" ("watch", "at", id);

CREATE TABLE "exchanges" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL
);

CREATE TABLE "drafts" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL,
    "at" text COLLATE "C",
    "conversation" text COLLATE "C"
);
CREATE INDEX "drafts_by_conversation_at" ON "drafts" ("conversation", "at", id);

CREATE TABLE "subscriptions" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL,
    "user" text COLLATE "C"
);
CREATE INDEX "subscriptions_by_user" ON "subscriptions" ("user", id);
