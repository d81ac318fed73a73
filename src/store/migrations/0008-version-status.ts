import type { Migration } from "../migration.ts";

/** Status of a model version. A version that is made here is ready at once; an imported one may have failed. */
export const versionStatus: Migration = {
  name: "0008-version-status",
  statements: ({ text }) => [
    `alter table model_versions add column status ${text} not null default 'READY'`,
    `alter table model_versions add column status_message ${text}`,
  ],
};
