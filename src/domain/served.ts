import * as z from "zod";

/** Summary of a server session, printed after the server has stopped. */
export const Served = z.strictObject({
  url: z.string().describe("Address"),
  dataDir: z.string().describe("Folder of its artifacts and, without DATABASE_URL, its database"),
  database: z.enum(["sqlite", "postgres"]).describe("Location of the database"),
  programmes: z.array(z.string()).describe("Programmes"),
});
export type Served = z.infer<typeof Served>;
