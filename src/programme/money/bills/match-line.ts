import { Failure } from "../../../base/failure.ts";
import { formatMoney, parseMoney } from "../../../base/money.ts";
import { BillClass, type MatchRequest, type MatchedLine } from "../../../domain/bill.ts";
import { lockLedger, post } from "../../../ledger/post.ts";
import type { Db } from "../../../store/database.ts";
import type { Store } from "../../../store/open-store.ts";
import { moveSum } from "./class-sums.ts";
import { billAccount } from "./bill-postings.ts";

/**
 * Moves a bill line to another class, with all its parts if several runs share it: the line is unchanged, and entries move
 * its amount.
 *
 * @throws Failure not_found without such a line or run; bad_input if a class needs a run, or has none
 */
export async function matchLine(store: Store, request: MatchRequest, nowMs: number): Promise<MatchedLine> {
  const { file, line: lineNo, class: name, run: runId = null } = request;
  if ((name === "run" || name === "failed-run") !== (runId !== null)) {
    throw new Failure("bad_input", `the class ${name} ${runId === null ? "needs a run" : "has no run"}`, {
      hint: runId === null ? "add --run ID" : "omit --run",
    });
  }
  return store.write(async (db) => {
    await lockLedger(db, store);
    const parts = await partsOf(db, file, lineNo);
    if (parts.length === 0) {
      throw new Failure("not_found", `no imported bill named ${file} has a line ${lineNo}`, {
        hint: "tunewright ledger leaks names files and lines",
      });
    }
    if (runId !== null) {
      const run = await db.selectFrom("runs").select("run_id").where("run_id", "=", runId).executeTakeFirst();
      if (run === undefined)
        throw new Failure("not_found", `no run has the id ${runId}`, {
          hint: "tunewright runs list --json shows complete ids",
        });
    }
    for (const part of parts) await movePart(db, part, { request, nowMs });
    const total = parts.reduce((sum, { line_billed }) => sum + parseMoney(line_billed), 0n);
    return { file, line: lineNo, from: BillClass.parse(parts[0]!.class), to: name, usd: formatMoney(total) };
  });
}

type Part = Awaited<ReturnType<typeof partsOf>>[number];

/** The line, or the parts in which several runs share it, largest first. */
function partsOf(db: Db, file: string, lineNo: number) {
  return db
    .selectFrom("bill_lines")
    .innerJoin("bill_files", "bill_files.file_no", "bill_lines.file_no")
    .select(["bill_lines.file_no", "part", "class", "run_id", "currency", "period_end_ms"])
    .select(["bill_lines.billed as line_billed", "bill_lines.effective as line_effective"])
    .where("bill_files.name", "=", file)
    .where("bill_files.state", "=", "posted")
    .where("line_no", "=", lineNo)
    .orderBy("bill_lines.file_no")
    .orderBy("part")
    .execute();
}

async function movePart(
  db: Db,
  part: Part,
  { request, nowMs }: { request: MatchRequest; nowMs: number },
): Promise<void> {
  const { file, line: lineNo, class: name, run: runId = null, by } = request;
  const before = BillClass.parse(part.class);
  const [from, to] = [billAccount(before, part.run_id), billAccount(name, runId)];
  const pico = parseMoney(part.line_billed);
  if (from !== to && pico !== 0n) {
    const { count } = await db
      .selectFrom("ledger_entries")
      .select(({ fn }) => fn.countAll<number | string>().as("count"))
      .where("idempotency_key", "like", `match:${part.file_no}:${lineNo}:%`)
      .executeTakeFirstOrThrow();
    await post(
      db,
      {
        idempotencyKey: `match:${part.file_no}:${lineNo}:${count}`,
        kind: "match",
        currency: part.currency,
        effectiveMs: part.period_end_ms,
        runId,
        memo: `${file}, line ${lineNo}: from ${before} to ${name} by ${by}`,
        lines: [
          { account: to, amount: formatMoney(pico) },
          { account: from, amount: formatMoney(-pico) },
        ],
      },
      nowMs,
    );
  }
  await db
    .updateTable("bill_lines")
    .set({ class: name, run_id: runId, why: `by hand: ${by}` })
    .where("file_no", "=", part.file_no)
    .where("line_no", "=", lineNo)
    .where("part", "=", part.part)
    .execute();
  await moveSum(db, part.file_no, {
    from: before,
    to: name,
    line: { billed: part.line_billed, effective: part.line_effective, untilMs: part.period_end_ms },
  });
}
