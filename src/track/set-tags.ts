import type { Db } from "../store/database.ts";
import { sendWithCommit } from "../store/last-statements.ts";
import { type RowsStatement, runRows } from "../store/run-rows.ts";
import type { KeyValue } from "./key-value.ts";
import { LIMITS, truncated } from "./names.ts";

const SET_TAG = "on conflict (run_no, key) do update set value = excluded.value";
const SET: RowsStatement = {
  each: `insert into run_tags (run_no, key, value) values (?, ?, ?) ${SET_TAG}`,
  together: `insert into run_tags (run_no, key, value) select * from ROWS ${SET_TAG}`,
  types: ["bigint", "text", "text"],
};

/**
 * Sets tags of a run. If two have the same key, the last one counts. Values that are too long are truncated, as in
 * MLflow.
 */
export async function setTags(db: Db, runNo: number, tags: readonly KeyValue[]): Promise<void> {
  const values = new Map(tags.map(({ key, value }) => [key, truncated(value, LIMITS.tagValue)]));
  const rows = [...values].map(([key, value]) => [runNo, key, value]);
  await sendWithCommit(db, runRows(db, SET, rows));
}
