import * as z from "zod";

/** A line of the access log: a request, or equal requests within ten minutes; who asked for what, and the answer. */
export const AccessLine = z.strictObject({
  at: z.iso.datetime().describe("When it was first answered, UTC"),
  until: z.iso.datetime().describe("When it was last answered; `at` for one request"),
  by: z.string().nullable().describe("Account, `owner`, or `run ID` for a trainer; null if nobody signed in"),
  role: z.string().nullable().describe("Role of the account; null if nobody signed in"),
  address: z.string().describe("Address from which it came"),
  method: z.string().describe("GET reads, except for searches by POST; the others change something"),
  path: z.string().describe("Path without its query, secrets masked"),
  of: z.record(z.string(), z.string()).describe("Ids and names in the request, such as run_id"),
  status: z.int().describe("HTTP status of the answer"),
  count: z.int().min(1).describe("Number of equal requests"),
  previous: z.string().nullable().describe("SHA-256 of the line before"),
});
export type AccessLine = z.infer<typeof AccessLine>;

/** The access log of a server, without the names in it. */
export const AccessLogSummary = z.strictObject({
  files: z
    .array(
      z.strictObject({
        name: z.string().describe("File in the folder `access` of the state"),
        lines: z.int().min(0).describe("Its lines"),
        sha256: z.string().describe("Its SHA-256"),
      }),
    )
    .describe("Files, oldest first"),
  from: z.string().nullable().describe("First request; null if there is none"),
  until: z.string().nullable().describe("Last request; null if there is none"),
  requests: z.int().min(0).describe("Requests"),
  named: z.int().min(0).describe("Requests of an account, of the owner of the folder, or of a trainer"),
  accounts: z.int().min(0).describe("Different accounts"),
  refused: z
    .int()
    .min(0)
    .describe("Requests that were refused: no account, a wrong token, or a role without the right"),
  head: z.string().nullable().describe("SHA-256 of the last line"),
  removed: z.int().min(0).describe("Older files that were removed because the log is limited"),
  lost: z.int().min(0).describe("Requests that could not be logged, for example because the disk was full"),
  incomplete: z.int().min(0).describe("Lines that a killed server left incomplete"),
  problems: z.array(z.string()).describe("Lines that were changed, removed or added by hand"),
});
export type AccessLogSummary = z.infer<typeof AccessLogSummary>;
