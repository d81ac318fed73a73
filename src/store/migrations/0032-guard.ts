import type { Migration } from "../migration.ts";

/** What a supervisor keeps of a job from look to look, what its first steps said, who approved it. */
export const guard: Migration = {
  name: "0032-guard",
  statements: ({ text }) => [
    `alter table jobs add column sight ${text}`,
    `alter table jobs add column probe ${text}`,
    `alter table jobs add column rendered_from ${text}`,
    `alter table jobs add column approved_by ${text}`,
  ],
};
