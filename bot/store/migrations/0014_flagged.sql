-- What was flagged of a watch, without going through that of all watches.
ALTER TABLE "conversations" ADD COLUMN "watch" text COLLATE "C";
UPDATE "conversations" SET "watch" = document #>> '{watch}';
CREATE INDEX "conversations_by_watch_opened" ON "conversations" ("watch", "opened", id);
