import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { atomicWrite } from "../../base/atomic-write.ts";
import type { LedgerHead } from "../../domain/ledger.ts";
import type { MonthPack } from "../../domain/money-accounts.ts";
import { currentHead } from "../../ledger/leaves.ts";
import type { Store } from "../../store/open-store.ts";

/** The current head of the ledger, unchecked; `ledger verify` checks it. */
export function ledgerHead({ db }: Pick<Store, "db">): Promise<LedgerHead> {
  return currentHead(db);
}

/** Writes the files of a month to a folder. */
export async function writePack(folder: string, { files }: MonthPack): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { name, content } of files) await atomicWrite(join(folder, name), content);
}
