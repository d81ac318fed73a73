import * as z from "zod";

/** What a server served, printed when it has stopped. */
export const Served = z.strictObject({
  url: z.string().describe("Address it listened on"),
  dataDir: z.string().describe("Folder of its artifacts and, without DATABASE_URL, its database"),
  database: z.enum(["sqlite", "postgres"]).describe("Where the rows are"),
  programmes: z.array(z.string()).describe("Programmes that it served"),
});
export type Served = z.infer<typeof Served>;
