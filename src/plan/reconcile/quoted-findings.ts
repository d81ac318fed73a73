import { parseMoney } from "../../base/money.ts";
import { formatCount, formatNumber, formatRange, formatUsd } from "../../base/units.ts";
import type { Assumption } from "../../domain/assumption.ts";
import type { BudgetShape } from "../../domain/cost.ts";
import { isRefusal, middleOf } from "../../domain/estimate.ts";
import type { Programme } from "../../domain/programme.ts";
import { budgetShape } from "../cost/budget-shape.ts";
import type { BudgetPart } from "../cost/cost-facts.ts";
import { envelopeOf } from "../cost/envelopes.ts";
import type { QuotedCheck } from "./quoted-check.ts";
import { impliedPriceFinding } from "./quoted-price.ts";
import { runningPerMonth } from "../cost/running-per-month.ts";

type Quoted = NonNullable<Programme["quoted"]>;
type Category = Quoted["lines"][number]["category"];

/** Part of the budget-shape rule for a quoted line, by its category. */
const PART: Readonly<Record<Category, BudgetPart>> = {
  data: "data-and-evaluation",
  evaluation: "data-and-evaluation",
  training: "compute",
  serving: "compute",
  engineering: "mlops",
  maintenance: "mlops",
  compliance: "mlops",
};

/**
 * Findings about a quoted budget: its arithmetic, price of compute, GPU-hours, shape, position in the article's
 * envelope, break-even. Each sentence is computed from assumption rows and price rows.
 */
export function quotedFindings(check: QuotedCheck, quoted: Quoted): string[] {
  return [
    additionFinding(quoted),
    ...quoted.lines
      .filter(({ category }) => category === "training")
      .flatMap((line) => {
        const { sentence, verdict } = impliedPriceFinding(line, check);
        return verdict === "inside" || sentence === "" ? [] : [`${line.label}: ${sentence}`];
      }),
    ...hoursFinding(check),
    ...shapeFindings(check, quoted),
    ...envelopeFindings(check, quoted),
    ...breakEvenFindings(check, quoted),
  ];
}

function additionFinding({ lines, totalUsd }: Quoted): string {
  const sum = lines.reduce((total, line) => total + parseMoney(line.usd), 0n);
  const words = lines.map((line) => formatUsd(Number(line.usd))).join(" + ");
  const off = Number((sum - parseMoney(totalUsd)) / 1_000_000_000_000n);
  return off === 0
    ? `the stated lines add up: ${words} = ${formatUsd(Number(totalUsd))}`
    : `the stated lines do not add up: ${words} is ${formatUsd(Math.abs(off))} ${off > 0 ? "more" : "less"} than ${formatUsd(Number(totalUsd))}`;
}

/** The quoted GPU-hours compared with our model of the same run, if both are known and differ. */
function hoursFinding({ training }: QuotedCheck): string[] {
  const { gpuHoursPerRun: stated, modelledGpuHoursPerRun: modelled, figures } = training;
  if (modelled === undefined || isRefusal(modelled) || isRefusal(stated)) return [];
  if (stated.p50 >= modelled.p10 && stated.p50 <= modelled.p90) return [];
  const ratio = stated.p50 / modelled.p50;
  const isMore = ratio > 1;
  const tokens = figures.find(({ id }) => ROW_TOKENS.has(id))?.p50;
  const rows = (count: number): string => `rows of ${formatNumber(count)} tokens`;
  const model = `${formatRange(modelled.p10, modelled.p90, (value) => formatNumber(value, 2))} in our model of it`;
  const causes = [
    typeof tokens === "number" ? rows(tokens * ratio) : isMore ? "longer rows" : "shorter rows",
    isMore ? "more epochs, evaluation and idle time within the run, or a slow set-up" : "fewer epochs",
  ];
  return [
    [
      `one run takes ${formatNumber(stated.p50)} GPU-hours as stated and ${model}`,
      typeof tokens === "number" ? ` (${rows(tokens)})` : "",
      `: ${formatNumber(isMore ? ratio : 1 / ratio, 2)} times ${isMore ? "more" : "fewer"} at the median`,
      `; ${causes.join(", or ")} would explain it: measure one run before buying the rest`,
    ].join(""),
  ];
}

/** Ids of the figures for the mean tokens of a training row; the training was planned with one of them. */
const ROW_TOKENS = new Set(["dataset.meanTokens", "user.data.meanTokens", "assumption.dataset.mean-tokens"]);

/** Shares of a quoted budget compared with the rule of 60-70 / 5-15 / the rest. */
export function quotedShape({ lines }: Pick<Quoted, "lines">, assumption: (id: string) => Assumption): BudgetShape {
  const amounts = lines.map(({ category, usd }) => ({ part: PART[category], usd: Number(usd) }));
  return budgetShape(amounts, assumption);
}

function shapeFindings({ assumption }: QuotedCheck, quoted: Quoted): string[] {
  const names: Readonly<Record<BudgetPart, string>> = {
    "data-and-evaluation": "data and evaluation",
    compute: "compute",
    mlops: "engineering, operations and compliance",
  };
  const percent = (share: number): string => `${formatNumber(share * 100, 2)} %`;
  return quotedShape(quoted, assumption)
    .shares.filter(({ verdict }) => verdict !== "within")
    .map(
      ({ part, share, low, high, verdict }) =>
        `${names[part]}: ${percent(share)} of the stated total, ${verdict} the article's ${formatNumber(low * 100, 2)}–${percent(high)}`,
    );
}

function envelopeFindings({ programme, training, assumption }: QuotedCheck, { lines, totalUsd }: Quoted): string[] {
  const envelope = envelopeOf(training, programme.data.corpusTokens);
  if (envelope === undefined) {
    const size =
      training.paramCount === null ? "a model of unknown size" : `${formatCount(training.paramCount)} parameters`;
    return [
      `no published envelope covers ${training.method} of ${size}: the stated totals cannot be compared with one`,
    ];
  }
  const compute = lines
    .filter(({ category }) => category === "training")
    .reduce((sum, { usd }) => sum + Number(usd), 0);
  return [
    outside("the stated total", Number(totalUsd), { row: assumption(envelope.ids.endToEnd), name: envelope.name }),
    outside("the stated compute", compute, { row: assumption(envelope.ids.computeOnly), name: envelope.name }),
  ].filter((finding) => finding !== "");
}

function outside(what: string, usd: number, { row, name }: { row: Assumption; name: string }): string {
  if (usd >= row.p10 && usd <= row.p90) return "";
  const range = `${formatUsd(row.p10)}–${formatUsd(row.p90)}`;
  return `${what} of ${formatUsd(usd)} is ${usd > row.p90 ? "above" : "below"} the article's envelope of ${range} for ${name}`;
}

/** The quoted break-even month: by its own numbers, then including serving and maintenance. */
function breakEvenFindings(check: QuotedCheck, quoted: Quoted): string[] {
  const { payback } = check;
  const month = quoted.breakEvenMonth;
  if (month === undefined) return [];
  const total = Number(quoted.totalUsd);
  const saving = payback === undefined ? 0 : (middleOf(payback.monthlySaving) ?? 0);
  if (saving === 0) {
    return [
      `break-even in month ${month} needs a saving of at least ${formatUsd(Math.ceil(total / month))} USD a month before serving and maintenance; the saving itself is not stated`,
    ];
  }
  const bare = Math.ceil(total / saving);
  const agrees = bare === month ? "as stated" : `not in month ${month} as stated`;
  const sentences = [
    `break-even in month ${bare} (${formatUsd(total)} / ${formatUsd(saving)} = ${(total / saving).toFixed(2)}), ${agrees}, is correct only before serving and maintenance are counted`,
  ];
  const evaluation = Number(quoted.monthlyEvaluationUsd ?? 0);
  if (evaluation > 0 && saving > evaluation) {
    const withEvaluation = Math.ceil(total / (saving - evaluation));
    sentences.push(
      `with the stated ${formatUsd(evaluation)} a month of evaluation alone it is month ${withEvaluation}`,
    );
  }
  if (payback === undefined) return [...sentences, "with serving it is unknown"];
  const { monthlyServing, monthlyPeople, monthlyMaintenance } = payback;
  const isOpen = isRefusal(monthlyServing);
  const servingUsd = middleOf(monthlyServing);
  if (servingUsd === undefined) {
    const reason = isOpen ? `: ${monthlyServing.refused}` : "";
    return [...sentences, `with serving it is unknown${reason}`];
  }
  const running = runningPerMonth(check);
  if (isRefusal(monthlyMaintenance) || isRefusal(monthlyPeople) || running === null) return sentences;
  const [early, middle, late] = (["p10", "p50", "p90"] as const).map((end) => {
    const net = saving - running[end];
    if (isOpen && end === "p90") return "unknown";
    return net <= 0 ? "never" : String(Math.ceil(total / net));
  });
  const costs = `${formatUsd(servingUsd)} serving, ${formatUsd(monthlyPeople.p50)} people and ${formatUsd(monthlyMaintenance.p50)} maintenance a month at the medians`;
  return [
    ...sentences,
    `with serving and maintenance (${costs}) the same total pays back in month ${middle}${early === late ? "" : `, from ${early} to ${late} in eight of ten draws of the two`}`,
  ];
}
