CREATE TABLE "mentions" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL,
    "at" text COLLATE "C",
    "conversation" text COLLATE "C",
    "post_author" text COLLATE "C",
    "watch" text COLLATE "C",
    kept_day date
);
CREATE INDEX "mentions_by_watch_at" ON "mentions" ("watch", "at", id);
CREATE INDEX "mentions_by_conversation_at" ON "mentions" ("conversation", "at", id);
CREATE INDEX "mentions_by_post_author_at" ON "mentions" ("post_author", "at", id);
CREATE INDEX "mentions_kept_day" ON "mentions" (kept_day);

CREATE TABLE "pairs" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL,
    "source" text COLLATE "C",
    "watch" text COLLATE "C"
);
CREATE INDEX "pairs_by_watch_source" ON "pairs" ("watch", "source", id);

CREATE TABLE "volumes" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL,
    "day" text COLLATE "C",
    "watch" text COLLATE "C",
    kept_day date
);
CREATE INDEX "volumes_by_watch_day" ON "volumes" ("watch", "day", id);
CREATE INDEX "volumes_kept_day" ON "volumes" (kept_day);

CREATE TABLE "conversations" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL,
    "assignee" text COLLATE "C",
    "opened" text COLLATE "C",
    "state" text COLLATE "C",
    kept_day date
);
CREATE INDEX "conversations_by_state_opened" ON "conversations" ("state", "opened", id);
CREATE INDEX "conversations_by_assignee_state_opened" ON "conversations" ("assignee", "state", "opened", id);
CREATE INDEX "conversations_by_opened" ON "conversations" ("opened", id);
CREATE INDEX "conversations_kept_day" ON "conversations" (kept_day);

CREATE TABLE "alerts" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL,
    "conversation" text COLLATE "C",
    "raised" text COLLATE "C",
    "watch" text COLLATE "C",
    kept_day date
);
CREATE INDEX "alerts_by_watch_raised" ON "alerts" ("watch", "raised", id);
CREATE INDEX "alerts_by_conversation_raised" ON "alerts" ("conversation", "raised", id);
CREATE INDEX "alerts_kept_day" ON "alerts" (kept_day);

CREATE TABLE "outbox" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL,
    "alert" text COLLATE "C",
    "kind" text COLLATE "C",
    "lane" text COLLATE "C",
    "order" bigint,
    "state" text COLLATE "C",
    kept_day date
);
CREATE INDEX "outbox_by_state_order" ON "outbox" ("state", "order", id);
CREATE INDEX "outbox_by_lane_state_order" ON "outbox" ("lane", "state", "order", id);
CREATE INDEX "outbox_by_alert_kind_state_order" ON "outbox" ("alert", "kind", "state", "order", id);
CREATE INDEX "outbox_kept_day" ON "outbox" (kept_day);

CREATE TABLE "audit" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL,
    "conversation" text COLLATE "C",
    "order" bigint,
    kept_day date
);
CREATE INDEX "audit_by_conversation_order" ON "audit" ("conversation", "order", id);
CREATE INDEX "audit_kept_day" ON "audit" (kept_day);

CREATE TABLE "mutes" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL
);

CREATE TABLE "episodes" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL
);

CREATE TABLE "envelopes" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL,
    kept_day date
);
CREATE INDEX "envelopes_kept_day" ON "envelopes" (kept_day);
