import type { Migration } from "../migration.ts";

/** Price of the machine of each attempt: a run may move from a spot machine to an on-demand one. */
export const spot: Migration = {
  name: "0033-spot",
  statements: ({ text }) => [`alter table job_attempts add column usd_per_hour ${text}`],
};
