import { randomUUID } from "node:crypto";

import { Failure } from "../../../base/failure.ts";
import type { BillImport } from "../../../domain/bill.ts";
import { lockLedger } from "../../../ledger/post.ts";
import type { Db } from "../../../store/database.ts";
import type { Store } from "../../../store/open-store.ts";
import { sql } from "../../../store/sql.ts";
import { type Bill, type BillSummary, billTotals } from "./bill-file.ts";
import { BillSums, postSums, reverseBill } from "./bill-postings.ts";
import { billedRuns } from "./bill-runs.ts";
import { ClassGatherer, sumClasses } from "./class-sums.ts";
import { type LoadingFile, loadingFile, type StoredLine, storeLines, takenOver } from "./store-lines.ts";

/** Time of the import, and the replaced file. */
export type BillImporting = {
  nowMs: number;
  /** Name or first digits of the SHA-256 of the corrected file. */
  replaces?: string | undefined;
};

/** Number of lines that are searched for in earlier files. */
const SAMPLE = 200;

/** Digits of the digest of a row that are indexed. */
const KEY_LENGTH = 12;

/** The indexed digits, as the index of `0028-bill-row-keys` has them. */
const KEY_OF_ROW = sql<string>`substr(bill_lines.row_sha256, 1, 12)`;

/**
 * Imports a bill: each line ends in exactly one class, and the sum of the classes equals the total of the file to the
 * last digit. BilledCost is posted, one entry for each invoice, class and run; EffectiveCost is a second view.
 * Importing the same file again changes nothing. A corrected file reverses the entries of the file that it replaces.
 * The file is read once. Its lines are stored page by page, and the entries are posted at the end, if every line could be
 * read: a refused or killed import leaves no money behind, and the next one starts again.
 *
 * @throws Failure bad_input if a line cannot be read, the file has several currencies, most lines were imported from another file, or the file to be replaced is unknown
 */
export async function importBill(store: Store, bill: Bill, { nowMs, replaces }: BillImporting): Promise<BillImport> {
  const known = await store.db
    .selectFrom("bill_files")
    .select(["file_no", "state"])
    .where("sha256", "=", bill.sha256)
    .executeTakeFirst();
  if (known !== undefined && known.state !== "loading") {
    const { lines, summary } = bill.read();
    for await (const _ of lines); // for its repairs
    return imported(store, bill, { fileNo: known.file_no, summary: summary() });
  }
  const earlier = replaces === undefined ? undefined : await earlierFile(store.db, replaces);
  if (known !== undefined) await removeFile(store, known.file_no); // left by an import that was killed
  const file = await openFile(store, bill, nowMs);
  const sums = new BillSums();
  const byClass = new ClassGatherer();
  let summary: BillSummary;
  try {
    summary = await storeLines(store, bill, {
      file,
      runs: await billedRuns(store, nowMs),
      check: async (page) => (earlier === undefined ? refuseKnownLines(store.db, page, bill) : undefined),
      note: (line) => {
        sums.add(line);
        byClass.add(line);
      },
    });
  } catch (error) {
    if ((await loadingFile(store.db, file).executeTakeFirst()) === undefined) throw takenOver(bill.name);
    await removeFile(store, file.fileNo);
    throw error;
  }
  const { fileNo } = file;
  const isPosted = await store.write(async (db) => {
    await lockLedger(db, store);
    const { billedTotal, effectiveTotal } = billTotals(summary);
    const { numUpdatedRows } = await db
      .updateTable("bill_files")
      .set({ state: "posted", lines: summary.lines, currency: summary.currency })
      .set({ billed: billedTotal, effective: effectiveTotal })
      .where("file_no", "in", loadingFile(db, file))
      .executeTakeFirstOrThrow();
    if (numUpdatedRows !== 1n) return false;
    if (earlier !== undefined) {
      await reverseBill(db, earlier, { reason: `replaced by ${bill.name}`, nowMs });
      const replaced = { state: "replaced", replaced_by: fileNo };
      await db.updateTable("bill_files").set(replaced).where("file_no", "=", earlier.file_no).execute();
    }
    await byClass.store(db, fileNo);
    await postSums(db, { sums, bill: { ...bill, currency: summary.currency }, nowMs });
    return true;
  });
  if (!isPosted) throw takenOver(bill.name);
  return imported(store, bill, { fileNo, summary, isNew: true, replaced: earlier?.name ?? null });
}

/** Result of the import, from the stored lines. */
async function imported(
  { db }: Store,
  bill: Bill,
  {
    fileNo,
    summary,
    isNew = false,
    replaced = null,
  }: { fileNo: number; summary: BillSummary; isNew?: boolean; replaced?: string | null },
): Promise<BillImport> {
  const rows = await db.selectFrom("bill_sums").selectAll().where("file_no", "=", fileNo).orderBy("class").execute();
  return {
    file: bill.name,
    sha256: bill.sha256,
    isRepeat: !isNew,
    format: bill.format,
    lines: summary.lines,
    currency: summary.currency,
    ...billTotals(summary),
    classes: sumClasses(rows),
    repairs: summary.repairs,
    rules: summary.rules,
    checkedRows: summary.checkedRows,
    replaced,
  };
}

type EarlierFile = { file_no: number; name: string; sha256: string };

/** The active file with a name or a hash. @throws Failure not_found */
async function earlierFile(db: Db, word: string): Promise<EarlierFile> {
  const rows = await db
    .selectFrom("bill_files")
    .select(["file_no", "name", "sha256"])
    .where("state", "=", "posted")
    .orderBy("file_no")
    .execute();
  const found = rows.filter(({ name, sha256: hash }) => name === word || (word.length >= 8 && hash.startsWith(word)));
  if (found.length === 1) return found[0]!;
  throw new Failure(
    "not_found",
    found.length === 0 ? `no imported bill has the name or hash ${word}` : `several imported bills are named ${word}`,
    {
      hint: `give the first digits of the hash; imported: ${
        rows
          .slice(-5)
          .map(({ name, sha256: hash }) => `${name} (${hash.slice(0, 12)})`)
          .join(", ") || "none"
      }`,
    },
  );
}

/** Creates the row of the file, without lines; its totals are known after the last one. */
async function openFile(store: Store, { sha256: hash, name, format }: Bill, nowMs: number): Promise<LoadingFile> {
  const importId = randomUUID();
  return store.write(async (db) => {
    await db.deleteFrom("bill_files").where("sha256", "=", hash).where("state", "=", "loading").execute();
    const totals = { lines: 0, billed: "0.00", effective: "0.00", currency: "" };
    const { file_no } = await db
      .insertInto("bill_files")
      .values({ sha256: hash, name, format, imported_ms: nowMs, ...totals, state: "loading", import_id: importId })
      .returning("file_no")
      .executeTakeFirstOrThrow();
    return { fileNo: file_no, importId };
  });
}

/** Number of lines removed per transaction. */
const REMOVED = 20_000;

/**
 * Removes a file that was not imported to its end, a few lines at a time, so that others can write in between. A file
 * that another process has posted meanwhile stays.
 */
async function removeFile(store: Store, fileNo: number): Promise<void> {
  const { last } = await store.db
    .selectFrom("bill_lines")
    .select(({ fn }) => fn.max("line_no").as("last"))
    .where("file_no", "=", fileNo)
    .executeTakeFirstOrThrow();
  for (let line = 0; line < (last ?? 0); line += REMOVED) {
    await store.write(async (db) => {
      await lockLedger(db, store); // as the posting of a file does
      const loading = db.selectFrom("bill_files").select("file_no").where("state", "=", "loading");
      const lines = db.deleteFrom("bill_lines").where("file_no", "=", fileNo).where("file_no", "in", loading);
      await lines.where("line_no", "<=", line + REMOVED).execute();
    });
  }
  await store.write(async (db) => {
    await lockLedger(db, store);
    const { numUpdatedRows } = await db
      .updateTable("bill_files")
      .set({ import_id: "" }) // its process stores no more lines
      .where("file_no", "=", fileNo)
      .where("state", "=", "loading")
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) return;
    await db.deleteFrom("bill_lines").where("file_no", "=", fileNo).execute();
    await db.deleteFrom("bill_files").where("file_no", "=", fileNo).execute();
  });
}

/**
 * Rejects a file if most of its lines were already imported from another file: it is a correction, or a second export.
 */
async function refuseKnownLines(db: Db, page: readonly StoredLine[], { name, format }: Bill): Promise<void> {
  if (format === "invoice") await refuseKnownInvoice(db, name);
  const sample = page.slice(0, SAMPLE);
  const rows = await db
    .selectFrom("bill_lines")
    .innerJoin("bill_files", "bill_files.file_no", "bill_lines.file_no")
    .select(["bill_lines.row_sha256", "bill_files.name"])
    .where(KEY_OF_ROW, "in", [...new Set(sample.map(({ digest }) => digest.slice(0, KEY_LENGTH)))])
    .where("bill_files.state", "=", "posted")
    .orderBy("bill_files.file_no")
    .execute();
  const known = new Set(rows.map(({ row_sha256 }) => row_sha256));
  const repeated = sample.filter(({ digest }) => known.has(digest)).length;
  if (repeated * 2 <= sample.length) return;
  throw new Failure(
    "bad_input",
    `${name} repeats lines of ${rows[0]!.name}: ${repeated} of ${sample.length} compared lines`,
    { hint: `if it is a correction, add --replaces ${rows[0]!.name}` },
  );
}

async function refuseKnownInvoice(db: Db, name: string): Promise<void> {
  const known = await db
    .selectFrom("bill_files")
    .select("file_no")
    .where("name", "=", name)
    .where("state", "=", "posted")
    .executeTakeFirst();
  if (known === undefined) return;
  throw new Failure("bad_input", `${name} was already entered with other content`, {
    hint: `if this is a correction, add --replaces "${name}"`,
  });
}
