import type { Migration } from "../migration.ts";

/**
 * End of the time for which a stale run is in suspense. A bill that covers the time since the run was last seen settles
 * it.
 */
export const suspense: Migration = {
  name: "0025-suspense",
  statements: ({ int64 }) => [`alter table accruals add column suspense_to_ms ${int64}`],
};
