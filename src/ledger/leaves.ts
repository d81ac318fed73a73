import type { Db } from "../store/database.ts";

/** Entries that are read at a time. */
const PAGE = 50_000;

/** Hashes of the first entries of the ledger: the leaves of its tree. @param size  how many; default: all */
export async function ledgerLeaves(db: Db, size = Number.MAX_SAFE_INTEGER): Promise<Buffer[]> {
  const leaves: Buffer[] = [];
  for (let after = 0; leaves.length < size;) {
    const rows = await db
      .selectFrom("ledger_entries")
      .select(["seq", "hash"])
      .where("seq", ">", after)
      .orderBy("seq")
      .limit(Math.min(PAGE, size - leaves.length))
      .execute();
    if (rows.length === 0) break;
    for (const { hash } of rows) leaves.push(Buffer.from(hash, "hex"));
    after = rows.at(-1)!.seq;
  }
  return leaves;
}
