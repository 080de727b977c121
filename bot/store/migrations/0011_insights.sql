-- What people ask for, and which mentions said it.
CREATE TABLE "insights" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL,
    "heard" text COLLATE "C",
    "state" text COLLATE "C"
);
CREATE INDEX "insights_by_state_heard" ON "insights" ("state", "heard", id);
CREATE INDEX "insights_by_heard" ON "insights" ("heard", id);

CREATE TABLE "voiced" (
    id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    document json NOT NULL,
    "at" text COLLATE "C",
    "conversation" text COLLATE "C",
    "insight" text COLLATE "C",
    "mention" text COLLATE "C"
);
CREATE INDEX "voiced_by_insight_at" ON "voiced" ("insight", "at", id);
CREATE INDEX "voiced_by_mention_at" ON "voiced" ("mention", "at", id);
CREATE INDEX "voiced_by_conversation_at" ON "voiced" ("conversation", "at", id);
