import type { Db } from "../store/database.ts";
import { run } from "../store/statement.ts";
import type { KeyValue } from "./key-value.ts";
import { LIMITS, truncated } from "./names.ts";

const SET =
  "insert into run_tags (run_no, key, value) values (?, ?, ?) on conflict (run_no, key) do update set value = excluded.value";

/** Sets tags of a run; the last of two with one key wins. Values that are too long are cut, as MLflow does. */
export async function setTags(db: Db, runNo: number, tags: readonly KeyValue[]): Promise<void> {
  for (const { key, value } of tags) await run(db, SET, [runNo, key, truncated(value, LIMITS.tagValue)]);
}
