import type { Migration } from "../migration.ts";

/** Number of points of a series, so that its chart need not count them. */
export const storedPoints: Migration = {
  name: "0007-stored-points",
  statements: ({ int64 }) => [
    // points that are stored, repeats not counted; null: they have to be counted
    `alter table series add column stored ${int64}`,
  ],
};
