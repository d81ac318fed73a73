import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import type { BillImport, BillUpload } from "../../../domain/bill.ts";
import { billMapping } from "../../../ledger/bill-mapping.ts";
import type { Store } from "../../../store/open-store.ts";
import { type Bill, readBill } from "./bill-file.ts";
import { importBill } from "./import-bill.ts";

/** Imports a bill whose bytes are in a request. @throws Failure as readBill and importBill */
export async function uploadBill(store: Store, upload: BillUpload, nowMs: number): Promise<BillImport> {
  const { name, contentBase64, map, replaces } = upload;
  const folder = await mkdtemp(join(tmpdir(), "tunewright-bill-"));
  try {
    // The name decides how the file is read; it is not used otherwise.
    const extension = /\.(?:csv|tsv|jsonl|json|parquet)(?:\.(?:gz|zst))?$/i.exec(name)?.[0].toLowerCase() ?? ".csv";
    const path = join(folder, `bill${extension}`);
    await writeFile(path, Buffer.from(contentBase64, "base64"));
    const bill = await readBill(path, { name: basename(name), mapping: billMapping(map) });
    return await importBill(store, bill, { nowMs, replaces });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A bill in a file of this machine. @param map  words as `BilledCost=Amount` */
export function billOfFile(path: string, map: readonly string[]): Promise<Bill> {
  return readBill(path, { mapping: billMapping(map) });
}
