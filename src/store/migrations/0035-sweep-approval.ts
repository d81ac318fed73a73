import type { Migration } from "../migration.ts";

/** Approver of the amount of a sweep. */
export const sweepApproval: Migration = {
  name: "0035-sweep-approval",
  statements: ({ text }) => [`alter table sweeps add column approved_by ${text}`],
};
