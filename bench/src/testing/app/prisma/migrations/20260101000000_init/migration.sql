CREATE TABLE "Row" ("id" SERIAL PRIMARY KEY, "file" TEXT NOT NULL, "test" TEXT NOT NULL);
CREATE UNIQUE INDEX "Row_test_key" ON "Row"("test");
