import type { Migration } from "../migration.ts";

/** Up to when a stale run is in suspense: a bill that covers the time since it was seen last settles it. */
export const suspense: Migration = {
  name: "0025-suspense",
  statements: ({ int64 }) => [`alter table accruals add column suspense_to_ms ${int64}`],
};
