import type { Migration } from "../migration.ts";

/** Models that a provider trained and stores, and the cost of each attempt by its trained tokens. */
export const hosted: Migration = {
  name: "0034-hosted",
  statements: ({ text }) => [
    `alter table jobs add column model_id ${text}`,
    `alter table job_attempts add column paid_usd ${text}`,
  ],
};
