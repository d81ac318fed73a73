import { percent } from "../../base/words.ts";
import type { AuditEvidence } from "../../domain/audit.ts";
import type { BudgetShape, ReconciledLine } from "../../domain/cost.ts";
import { pointRange } from "../../domain/point-range.ts";
import type { AuditFacts } from "../facts.ts";
import type { ActualSpend } from "../found-facts.ts";
import type { Outcome, Rule } from "../rule.ts";
import { dollarRange, dollars } from "./money-rules.ts";

/** Entries that are named; the text states how many others there are. */
const NAMED = 5;

/** Rule 5: people's work on data is booked as engineering, in the ledger or in the budget. */
export const annotationAsEngineering: Rule = {
  id: "annotation-as-engineering",
  number: 5,
  mistake: "annotation booked as engineering",
  check: (facts) => {
    const { actual, study } = facts;
    if (actual !== null && actual.misbooked.length > 0) return misbooked(actual);
    const stated = study.reconciliation?.lines;
    // The cost of runs alone says nothing about people's work.
    const entered = actual?.activities.some(({ activity }) => activity !== "training") === true;
    if (stated === undefined) return actual === null || !entered ? withoutAccounts() : noneMisbooked(actual);
    return fromBudget(facts, stated);
  },
};

/** Entries of the ledger that describe annotation and are booked elsewhere than under data. */
function misbooked({ misbooked: entries, shape, totalUsd }: ActualSpend): Outcome {
  const usd = entries.reduce((sum, entry) => sum + entry.usd, 0);
  const [first, ...rest] = entries.slice(0, NAMED).map(({ seq, account, usd: own, memo }) => ({
    place: `ledger, entry ${seq}`,
    says: `${dollars(own)} in ${account}: ${memo}`,
  }));
  const more = entries.length - NAMED;
  return {
    state: "finding",
    text: `${entries.length === 1 ? "1 ledger entry of annotation is" : `${entries.length} ledger entries of annotation are`} booked outside data. ${correctedText(shape, usd / totalUsd)}`,
    evidence: [first!, ...rest, ...(more > 0 ? [{ place: "ledger", says: `${more} more entries` }] : [])],
    price: {
      ...pointRange(usd),
      unit: "USD",
      basis: "sum of these entries: a misplaced amount, not a loss",
      n: 0,
      sources: ["ledger"],
    },
    action: "enter annotation with tunewright ledger add --activity data",
  };
}

function noneMisbooked({ activities }: ActualSpend): Outcome {
  return {
    state: "pass",
    text: "No entry of the ledger books annotation outside data. The programme states no budget to compare.",
    evidence: [{ place: "ledger", says: activitiesText(activities) }],
  };
}

function withoutAccounts(): Outcome {
  return {
    state: "not-checkable",
    text: "Not checkable, because the programme states no budget and no hours by person: there is no evidence of where work was booked.",
    action: "set quoted in programme.yaml to the budget as booked",
  };
}

/** The quoted data and engineering lines compared with their estimates. */
function fromBudget(facts: AuditFacts, stated: readonly ReconciledLine[]): Outcome {
  const { programme, study, place, quotedShape, actual } = facts;
  const data = sumOf(stated, "data");
  const engineering = sumOf(stated, "engineering");
  const ours = (category: string) => study.cost.categories.find((sum) => sum.category === category)?.cost ?? null;
  const [needed, expected] = [ours("data"), ours("engineering")];
  const booked: AuditEvidence[] =
    actual === null
      ? []
      : [{ place: "ledger", says: `${activitiesText(actual.activities)}; none of it names annotation` }];
  const evidence: [AuditEvidence, ...AuditEvidence[]] = [
    { place: place(["quoted", "lines"]), says: `data: ${dollars(data)}; engineering: ${dollars(engineering)}` },
    ...booked,
  ];
  if (needed === null || expected === null) {
    const text = "Not checkable, because the cost of the data or of the engineering is not estimated.";
    return { state: "not-checkable", text, action: "set data.minutesPerRow and team.engineerWeeks", evidence };
  }
  const estimates = `estimate: data ${dollarRange(needed)}, engineering ${dollarRange(expected)}`;
  if (data < needed.p10 && engineering > expected.p90) {
    const moved = (low: number, high: number): number => Math.max(0, Math.min(low, high));
    const p50 = moved(needed.p50 - data, engineering - expected.p50);
    const total = stated.reduce((sum, { statedUsd }) => sum + Number(statedUsd), 0);
    return {
      state: "finding",
      text: `The stated data line is below the estimate by as much as engineering is above it (${estimates}): data work seems to be booked as engineering. ${quotedShape === null ? "" : correctedText(quotedShape, p50 / total)}`.trim(),
      evidence,
      price: {
        p10: moved(needed.p10 - data, engineering - expected.p90),
        p50,
        p90: moved(needed.p90 - data, engineering - expected.p10),
        unit: "USD",
        basis: "the smaller of what data lacks and engineering exceeds: a misplaced amount, not a loss",
        n: 0,
        sources: [...needed.sources, ...expected.sources],
      },
      action: "book annotation under data, then run tunewright plan cost",
    };
  }
  return {
    state: "pass",
    text: `The stated budget of ${programme.quoted?.source ?? "its author"} does not show data work booked as engineering: the data line is not below its estimate, or engineering is not above its own (${estimates}).`,
    evidence,
  };
}

/** The shape of a budget if a share of it moved from engineering to data. */
function correctedText({ shares }: BudgetShape, moved: number): string {
  const shareOf = (part: BudgetShape["shares"][number]["part"]): number =>
    shares.find((each) => each.part === part)!.share;
  return `Booked under data, the budget is ${percent(shareOf("data-and-evaluation") + moved)} data and evaluation, ${percent(shareOf("compute"))} compute, ${percent(Math.max(0, shareOf("mlops") - moved))} engineering and operations.`;
}

function activitiesText(activities: ActualSpend["activities"]): string {
  return activities.map(({ activity, usd }) => `${activity} ${dollars(usd)}`).join(", ");
}

function sumOf(lines: readonly ReconciledLine[], category: ReconciledLine["category"]): number {
  return lines.filter((line) => line.category === category).reduce((sum, line) => sum + Number(line.statedUsd), 0);
}
