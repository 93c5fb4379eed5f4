import type { BenchApp } from '../bench-app.ts'
import type { BenchDatabase } from '../bench-database.ts'

const MODELS = `
model Member {
  id     Int     @id @default(autoincrement())
  email  String  @unique
  team   Team    @relation(fields: [teamId], references: [id])
  teamId Int
  orders Order[]
  notes  Note[]
}

model Team {
  id      Int      @id @default(autoincrement())
  name    String
  members Member[]
}

model Order {
  id       Int    @id @default(autoincrement())
  total    Int
  member   Member @relation(fields: [memberId], references: [id])
  memberId Int
}

model Note {
  id       Int    @id @default(autoincrement())
  text     String
  member   Member @relation(fields: [memberId], references: [id])
  memberId Int
}
`

const TABLES = `
  CREATE TABLE "Team" (id serial PRIMARY KEY, name text NOT NULL);
  CREATE TABLE "Member" (id serial PRIMARY KEY, email text UNIQUE NOT NULL, "teamId" int NOT NULL REFERENCES "Team");
  CREATE TABLE "Order" (id serial PRIMARY KEY, total int NOT NULL, "memberId" int NOT NULL REFERENCES "Member");
  CREATE TABLE "Note" (id serial PRIMARY KEY, text text NOT NULL, "memberId" int NOT NULL REFERENCES "Member");
  CREATE INDEX ON "Member" ("teamId");
  CREATE INDEX ON "Order" ("memberId");
  CREATE INDEX ON "Note" ("memberId");
  INSERT INTO "Team" (name) SELECT 'team ' || n FROM generate_series(1, 100) n;
  INSERT INTO "Member" (email, "teamId") SELECT 'member' || n || '@example.com', 1 + n % 100 FROM generate_series(1, 1000) n;
  INSERT INTO "Order" (total, "memberId") SELECT n, 1 + n % 1000 FROM generate_series(1, 3000) n;
  INSERT INTO "Note" (text, "memberId") SELECT 'note ' || n, 1 + n % 1000 FROM generate_series(1, 3000) n;
  ANALYZE;
`

/** Adds models with relations to a bench app, and their tables with rows to the database. */
export async function addRelations(app: BenchApp, database: BenchDatabase): Promise<void> {
  app.edit('prisma/schema.prisma', (schema) => schema + MODELS)
  await app.generate()
  await database.query(TABLES)
}
