import type { LedgerHead } from "../domain/ledger.ts";
import type { Db } from "../store/database.ts";
import { GENESIS } from "./entry.ts";
import { MerkleTree } from "./merkle.ts";

/** Number of entries per read. */
const PAGE = 20_000;

/** Hashes of the first entries of the ledger: the leaves of its tree. @param size number of entries; default: all */
export async function ledgerLeaves(db: Db, size = Number.MAX_SAFE_INTEGER): Promise<Buffer[]> {
  const leaves: Buffer[] = [];
  for await (const hash of entryHashes(db, size)) leaves.push(Buffer.from(hash, "hex"));
  return leaves;
}

/** Current size, last hash and root of the ledger. */
export async function currentHead(db: Db): Promise<LedgerHead> {
  const tree = new MerkleTree();
  let last = GENESIS;
  for await (const hash of entryHashes(db, Number.MAX_SAFE_INTEGER)) {
    tree.add(hash);
    last = hash;
  }
  return { size: tree.size, hash: last, root: tree.root() };
}

async function* entryHashes(db: Db, size: number): AsyncGenerator<string> {
  let count = 0;
  for (let after = 0; count < size;) {
    const rows = await db
      .selectFrom("ledger_entries")
      .select(["seq", "hash"])
      .where("seq", ">", after)
      .orderBy("seq")
      .limit(Math.min(PAGE, size - count))
      .execute();
    if (rows.length === 0) return;
    for (const { hash } of rows) yield hash;
    count += rows.length;
    after = rows.at(-1)!.seq;
  }
}
