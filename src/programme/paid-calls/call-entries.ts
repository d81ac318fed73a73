import type { NewEntry } from "../../ledger/entry.ts";
import type { Db } from "../../store/database.ts";
import { kindOf, run } from "../../store/statement.ts";

/** Idempotency key of the entry of a call of a model. @param id  id of the answer, or another identity of the call */
export function callKey(id: string): string {
  return `llm:${id}`;
}

const KNOWN = {
  sqlite: "select idempotency_key from ledger_entries where idempotency_key in (select value from json_each(?))",
  postgres:
    "select idempotency_key from ledger_entries where idempotency_key = any(array(select json_array_elements_text(?::json)))",
};

/** The first entry of each call that was not posted yet; another source may report a call with other times. */
export async function unpostedEntries(db: Db, drafts: readonly NewEntry[]): Promise<NewEntry[]> {
  const byKey = new Map(drafts.toReversed().map((draft) => [draft.idempotencyKey, draft]));
  if (byKey.size === 0) return [];
  const rows = await run<{ idempotency_key: string }>(db, KNOWN[kindOf(db)], [JSON.stringify([...byKey.keys()])]);
  for (const { idempotency_key: key } of rows) byKey.delete(key);
  return drafts.filter((draft) => byKey.get(draft.idempotencyKey) === draft);
}
