import { textTable } from "../../base/text-table.ts";
import type { ClosedPeriod, LedgerHead, LedgerProof, ProofCheck } from "../../domain/ledger.ts";
import type { AccountsView, Chargeback, MonthPack } from "../../domain/money-accounts.ts";

type Column = { head: string; align: "right" };

function right(head: string): Column {
  return { head, align: "right" };
}

/** Text of plan, commitment, accrual and bill by activity, the shape of the budget, and unit costs. */
export function accountsText({ activities, totals, shape, units }: AccountsView): string {
  const row = (name: string, amounts: AccountsView["totals"]): string[] => [
    name,
    amounts.planUsd ?? "none",
    amounts.committedUsd,
    amounts.accruedUsd,
    amounts.billedUsd,
    amounts.leftUsd ?? "",
  ];
  return [
    textTable(
      [{ head: "activity" }, right("plan USD"), right("committed"), right("accrued"), right("billed"), right("left")],
      [...activities.map((line) => row(line.activity, line)), null, row("total", totals)],
    ),
    "",
    textTable(
      [{ head: "part" }, right("share"), { head: "expected" }, { head: "" }],
      shape.map(({ part, share, expected, isInside }) => [
        part,
        share === null ? "unknown" : `${(100 * share).toFixed(1)} %`,
        expected,
        isInside === false ? "outside" : "",
      ]),
    ),
    "",
    textTable(
      [{ head: "cost per" }, right("USD"), { head: "basis", wrap: 70 }],
      units.map(({ unit, usd, basis }) => [unit, usd ?? "unknown", basis]),
    ),
  ].join("\n");
}

/** Text of the cost of a month by team, with the total last. */
export function chargebackText({ teams, totals, month, tag }: Chargeback): string {
  return textTable(
    [
      { head: `${tag}, ${month}` },
      right("runs"),
      right("GPU-hours"),
      right("accrued USD"),
      right("effective USD"),
      right("unpriced"),
    ],
    [...teams.map(({ team, ...charge }) => [team, ...chargeCells(charge)]), null, ["total", ...chargeCells(totals)]],
  );
}

function chargeCells({ runs, gpuHours, accruedUsd, billedUsd, unpriced }: Chargeback["totals"]): string[] {
  return [String(runs), gpuHours === null ? "unknown" : String(gpuHours), accruedUsd, billedUsd, String(unpriced)];
}

/** Text of the month-end files. */
export function monthText({ month, isClosed, accruedUsd, leakUsd, isIntact, root, files }: MonthPack): string {
  return [
    `${month}${isClosed ? "" : " (not closed)"}: ${accruedUsd} USD accrued, ${leakUsd} USD billed as leakage`,
    `ledger ${isIntact ? "intact" : "NOT INTACT"}, root ${root}`,
    ...files.map(({ name }) => `- ${name}`),
  ].join("\n");
}

/** Text of a closed month, with the head to store. */
export function closedText({ period, size, root, closedAt, closedBy, isRepeat }: ClosedPeriod): string {
  return [
    `${period} ${isRepeat ? "was closed before" : "is closed"}: by ${closedBy}, ${closedAt}`,
    `${size} entries, root ${root}`,
  ].join("\n");
}

/** Text of a head. */
export function headText({ size, hash, root }: LedgerHead): string {
  return [`entries: ${size}`, `head:    ${hash}`, `root:    ${root}`].join("\n");
}

/** Text of a proof, or of its check. */
export function proofText(proof: LedgerProof | ProofCheck): string {
  const { kind, seq, earlier, size, root, path } = proof;
  const subject = kind === "inclusion" ? `entry ${seq} is in` : `the first ${earlier!.size} entries begin`;
  return [
    ...("holds" in proof ? [proof.holds ? "the proof holds" : "THE PROOF IS NOT VALID"] : []),
    `${subject} the ledger of ${size} entries with root ${root}`,
    `path of ${path.length} hashes`,
  ].join("\n");
}
