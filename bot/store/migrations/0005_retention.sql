-- Proposals and drafts of all watches and conversations by their time, to drop those that are old.
CREATE INDEX "proposals_by_at" ON "proposals" ("at", id);
CREATE INDEX "drafts_by_at" ON "drafts" ("at", id);
