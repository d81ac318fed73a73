import type { Migration } from "../migration.ts";

/** State that a supervisor keeps of a job between polls, the result of its first steps, and its approver. */
export const guard: Migration = {
  name: "0032-guard",
  statements: ({ text }) => [
    `alter table jobs add column sight ${text}`,
    `alter table jobs add column probe ${text}`,
    `alter table jobs add column rendered_from ${text}`,
    `alter table jobs add column approved_by ${text}`,
  ],
};
