import type { Migration } from "../migration.ts";

/** Number of points of a series, so that its chart does not have to count them. */
export const storedPoints: Migration = {
  name: "0007-stored-points",
  statements: ({ int64 }) => [
    // number of stored points, without repeats; null if they have to be counted
    `alter table series add column stored ${int64}`,
  ],
};
