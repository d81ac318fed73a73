import { formatNumber } from "../../base/units.ts";
import { textTable, wrapText } from "../../base/text-table.ts";
import {
  type Ends,
  clause,
  hoursSpan,
  monthsSpan,
  neverText,
  span,
  usd,
  whole,
  wholePercent,
} from "../../base/words.ts";
import { knownOf, middleOf, type Quantity } from "../../domain/estimate.ts";
import type { Study } from "../../domain/study.ts";
import { rangeText } from "../../plan/serve-plan/range-text.ts";
import { totalLacks } from "../../plan/cost/without-words.ts";
import { passesText } from "../training-plan/passes-text.ts";
import { endsText, runLabel } from "./sections/show.ts";
import type { WrittenStudy } from "./write-study.ts";

const VERDICTS = { go: "GO", "go-if": "CONDITIONAL GO", "no-go": "NO GO" } as const;

/** Text summary of a study: verdict, key numbers, and the path of the report. */
export function studyText(study: Study, written: WrittenStudy): string {
  return [
    study.programme,
    `${study.model.id}, ${passesText(study.training)} on ${study.chosenFleet ?? "no fleet that fits"}`,
    "",
    VERDICTS[study.verdict],
    ...study.reasons.map((reason) => bullet(reason)),
    ...(study.conditions.length === 0
      ? []
      : ["", "conditions", ...study.conditions.map((condition) => bullet(condition))]),
    "",
    numbersTable(study),
    "",
    riskLine(study),
    `report: ${written.html}`,
  ].join("\n");
}

function numbersTable(study: Study): string {
  const { training, cost, payback, datasets } = study;
  const rows = datasets.reduce((sum, dataset) => sum + dataset.rows, 0);
  const valid = datasets.reduce((sum, dataset) => sum + dataset.validRows, 0);
  const row = (
    label: string,
    unit: string,
    shown: { quantity: Quantity; format?: (value: number) => string; words?: (ends: Ends) => string },
  ): string[] => {
    const { quantity, format = formatNumber, words = (ends) => span(ends, format) } = shown;
    const known = knownOf(quantity);
    return known === undefined
      ? [label, unit, "unknown", "", clause("refused" in quantity ? quantity.refused : "")]
      : [label, unit, words({ p10: known.p50, p90: known.p50 }), endsText(known, words), ""];
  };
  return textTable(
    [
      { head: "" },
      { head: "unit" },
      { head: "p50", align: "right" },
      { head: "p10–p90", align: "right" },
      { head: "" },
    ],
    [
      ["rows scanned", "rows", whole(rows), "", `${whole(valid)} valid, ${whole(study.plannedRows)} planned`],
      ...curatedRow(study),
      row("memory per GPU", "GiB", { quantity: training.memory }),
      ...(training.passMemory === null
        ? []
        : [row(`memory per GPU, ${training.preferencePass} pass`, "GiB", { quantity: training.passMemory })]),
      row(runLabel(study), "", { quantity: training.hoursPerRun, words: hoursSpan }),
      row("all runs and passes", "GPU-h", { quantity: training.gpuHours }),
      row(`compute, all runs${totalLacks(cost, "computeOnly")}`, "USD", { quantity: training.cost, format: usd }),
      row("cost to launch", "USD", { quantity: payback.investment, format: usd }),
      ...servingRow(study),
      paidBackRow(payback) ??
        row("paid back in month", "", {
          quantity: payback.monthWithServing,
          words: (ends) => monthsSpan(ends, payback.neverShare),
        }),
      row("return after 12 months", "%", { quantity: payback.roi12WithServing, format: wholePercent }),
      null,
      row(`end to end${totalLacks(cost, "endToEnd")}`, "USD", { quantity: cost.endToEnd, format: usd }),
    ],
  );
}

/** Serving hardware by monthly GPU cost, and the next cheapest that meets the SLO. */
function servingRow({ serving }: Study): string[][] {
  if (serving === null) return [];
  const { chosen, runnerUp, isStated, statedUsdPerMonth } = serving;
  if (statedUsdPerMonth !== null)
    return [["serving", "USD/month", usd(Number(statedUsdPerMonth)), "", "as stated in serving.monthlyUsd"]];
  const { gpuUsdPerMonth: cost } = chosen;
  const middle = middleOf(cost);
  const other = runnerUp && middleOf(runnerUp.gpuUsdPerMonth);
  const next = typeof other === "number" ? `; next ${runnerUp!.gpusPerReplica} × ${runnerUp!.gpu}, ${usd(other)}` : "";
  const how = isStated ? ", as stated" : "";
  return [
    [
      "serving GPUs",
      "USD/month",
      middle === undefined ? "unknown" : usd(middle),
      middle === undefined ? "" : rangeText(cost, usd),
      `${chosen.replicas ?? 1} × ${chosen.gpusPerReplica} × ${chosen.gpu}${how}${next}`,
    ],
  ];
}

/** Text of a payback that never comes; undefined if it comes in some month, or is unknown. */
function paidBackRow({ monthWithServing, neverShare }: Study["payback"]): string[] | undefined {
  if (middleOf(monthWithServing) !== undefined || neverShare === null) return undefined;
  return ["paid back in month", "", "never", neverText(neverShare), ""];
}

/** Output rows of the last data run, if the study uses them. */
function curatedRow({ curation }: Study): string[][] {
  if (curation === null || curation.profile === null) return [];
  const { trainableRows } = curation.profile;
  return [["rows curated", "rows", whole(trainableRows), "", `from ${curation.out ?? "data run"}`]];
}

function riskLine({ risks, unknowns }: Study): string {
  const count = (severity: string): number => risks.filter((risk) => risk.severity === severity).length;
  return `risks: ${count("high")} high, ${count("medium")} medium, ${count("low")} low; unknowns: ${unknowns.length}; all in the report`;
}

function bullet(text: string): string {
  return `- ${wrapText(text, 96, "  ").trimStart()}`;
}
