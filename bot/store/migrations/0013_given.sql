-- Who was given what, without going through what everybody did.
ALTER TABLE "audit" ADD COLUMN "to" text COLLATE "C";
UPDATE "audit" SET "to" = document #>> '{to}';
CREATE INDEX "audit_by_to_order" ON "audit" ("to", "order", id);
