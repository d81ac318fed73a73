import { Failure } from "../../../base/failure.ts";
import { formatMoney, parseMoney } from "../../../base/money.ts";
import { BillClass, type MatchRequest, type MatchedLine } from "../../../domain/bill.ts";
import { lockLedger, post } from "../../../ledger/post.ts";
import type { Store } from "../../../store/open-store.ts";
import { moveSum } from "./class-sums.ts";
import { billAccount } from "./bill-postings.ts";

/**
 * Moves a bill line to another class: the line is unchanged, and an entry moves its amount.
 *
 * @throws Failure not_found without such a line or run; bad_input if a class needs a run, or has none
 */
export async function matchLine(store: Store, request: MatchRequest, nowMs: number): Promise<MatchedLine> {
  const { file, line: lineNo, class: name, run: runId = null, by } = request;
  if ((name === "run" || name === "failed-run") !== (runId !== null)) {
    throw new Failure("bad_input", `the class ${name} ${runId === null ? "needs a run" : "has no run"}`, {
      hint: runId === null ? "add --run ID" : "omit --run",
    });
  }
  return store.write(async (db) => {
    await lockLedger(db, store);
    const line = await db
      .selectFrom("bill_lines")
      .innerJoin("bill_files", "bill_files.file_no", "bill_lines.file_no")
      .select(["bill_lines.file_no", "class", "run_id", "currency", "period_end_ms"])
      .select(["bill_lines.billed as line_billed", "bill_lines.effective as line_effective"])
      .where("bill_files.name", "=", file)
      .where("bill_files.state", "=", "posted")
      .where("line_no", "=", lineNo)
      .executeTakeFirst();
    if (line === undefined) {
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
    const before = BillClass.parse(line.class);
    const [from, to] = [billAccount(before, line.run_id), billAccount(name, runId)];
    const pico = parseMoney(line.line_billed);
    if (from !== to && pico !== 0n) {
      const { count } = await db
        .selectFrom("ledger_entries")
        .select(({ fn }) => fn.countAll<number | string>().as("count"))
        .where("idempotency_key", "like", `match:${line.file_no}:${lineNo}:%`)
        .executeTakeFirstOrThrow();
      await post(
        db,
        {
          idempotencyKey: `match:${line.file_no}:${lineNo}:${count}`,
          kind: "match",
          currency: line.currency,
          effectiveMs: line.period_end_ms,
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
      .where("file_no", "=", line.file_no)
      .where("line_no", "=", lineNo)
      .execute();
    await moveSum(db, line.file_no, {
      from: before,
      to: name,
      line: { billed: line.line_billed, effective: line.line_effective, untilMs: line.period_end_ms },
    });
    return { file, line: lineNo, from: before, to: name, usd: line.line_billed };
  });
}
