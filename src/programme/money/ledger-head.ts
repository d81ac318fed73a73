import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { atomicWrite } from "../../base/atomic-write.ts";
import type { LedgerHead } from "../../domain/ledger.ts";
import type { MonthPack } from "../../domain/money-accounts.ts";
import { GENESIS } from "../../ledger/entry.ts";
import { ledgerLeaves } from "../../ledger/leaves.ts";
import { merkleRoot } from "../../ledger/merkle.ts";
import type { Store } from "../../store/open-store.ts";

/** The head of the ledger as it is now, unchecked: `ledger verify` checks it. */
export async function ledgerHead({ db }: Pick<Store, "db">): Promise<LedgerHead> {
  const leaves = await ledgerLeaves(db);
  return { size: leaves.length, hash: leaves.at(-1)?.toString("hex") ?? GENESIS, root: merkleRoot(leaves) };
}

/** Writes the files of a month to a folder. */
export async function writePack(folder: string, { files }: MonthPack): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { name, content } of files) await atomicWrite(join(folder, name), content);
}
