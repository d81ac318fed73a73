import { type Ends, percent, percentRange, sentence, span, usd } from "../../../base/words.ts";
import type { CostLine } from "../../../domain/cost.ts";
import type { Figure } from "../../../domain/figure.ts";
import type { Study } from "../../../domain/study.ts";
import { envelopeSentence } from "../../../plan/cost/envelopes.ts";
import { totalLacks } from "../../../plan/cost/without-words.ts";
import { choiceLines } from "../../../plan/serving/choice-text.ts";
import { chartPair } from "../../../report/charts/draw.ts";
import { costBars } from "../../../report/charts/cost-bars.ts";
import { tornado } from "../../../report/charts/tornado.ts";
import type { Block, Section, TableRow } from "../../../report/document.ts";
import { inputsSentence } from "./figure-words.ts";
import { linked, medianText, rangeText } from "./show.ts";

/** Maximum number of bars of the tornado chart. */
const SHOWN_INPUTS = 10;

const PARTS = {
  "data-and-evaluation": "Data, evaluation and labelling",
  compute: "Compute",
  mlops: "MLOps and engineering",
} as const;

/** Section on the cost: all activities, sums by draws, drivers of the range, and the shape of the budget. */
export function costSection(study: Study): Section {
  return {
    id: "cost",
    title: "Programme cost",
    blocks: [
      categoryChart(study),
      costTable(study),
      ...servingBasis(study),
      ...envelopeList(study),
      ...tornadoChart(study),
      shapeTable(study),
    ],
  };
}

function categoryChart({ cost }: Study): Block {
  const bars = cost.categories.flatMap(({ category, cost: sum }) =>
    sum === null || sum.p90 === 0
      ? []
      : [{ label: sentence(category), ...sum, ...(isOpen(cost, category) ? { p90: sum.p50 } : {}) }],
  );
  const words = cost.categories.flatMap(({ category, cost: sum }) =>
    sum === null || sum.p90 === 0
      ? []
      : [`${sentence(category)} ${sumRange(cost, category, sum)} USD, p50 ${usd(sum.p50)}`],
  );
  const pair = chartPair(
    { id: "chart-cost", title: "Cost by part of the programme", description: `${words.join("; ")}.` },
    (form) => costBars(bars, form),
  );
  return { kind: "chart", ...pair, caption: "Cost by part of the programme, to launch and for six months afterwards." };
}

function costTable(study: Study): Block {
  const { cost } = study;
  const book = new Map(study.figures.map((figure) => [figure.id, figure]));
  const rows = cost.categories.flatMap(({ category, cost: sum }): TableRow[] => {
    const lines = cost.lines.filter((line) => line.category === category);
    const head: TableRow = {
      cells: [
        sentence(category),
        sum === null ? "unknown" : [linked(study, `total.${category}`, usd(sum.p50))],
        sum === null ? "" : sumRange(cost, category, sum),
        "",
      ],
      total: true,
    };
    return [head, ...lines.map((line) => lineRow(study, line, book))];
  });
  const total = (name: "computeOnly" | "endToEnd" | "withServing", label: string): TableRow => {
    const shown = { quantity: cost[name], format: usd };
    return {
      cells: [`${label}${totalLacks(cost, name)}`, medianText(study, `total.${name}`, shown), rangeText(shown, ""), ""],
      total: true,
    };
  };
  return {
    kind: "table",
    caption: `Every activity, US dollars; sums by ${cost.draws.toLocaleString("en-US")} draws (seed ${cost.seed}), never by adding the ends of ranges. Each number links to its formula`,
    columns: [
      { head: "Activity" },
      { head: "p50, USD", align: "right" },
      { head: "p10–p90, USD", align: "right" },
      { head: "Why", width: "wide" },
    ],
    rows: [
      ...rows,
      total("computeOnly", "Compute only"),
      total("endToEnd", "End to end before serving"),
      total("withServing", "With six months of serving"),
    ],
  };
}

/** True if a line of a part has no high end, and so neither has their sum. */
function isOpen({ lines }: Study["cost"], category: CostLine["category"]): boolean {
  return lines.some((line) => line.category === category && line.openEnd !== undefined);
}

function sumRange(cost: Study["cost"], category: CostLine["category"], sum: Ends): string {
  return isOpen(cost, category) ? `${usd(sum.p10)} – unknown` : span(sum, usd);
}

function lineRow(study: Study, line: CostLine, book: ReadonlyMap<string, Figure>): TableRow {
  const figure = book.get(line.id);
  const how = line.reason === null ? figure && inputsSentence(figure, book) : `${sentence(line.reason)}.`;
  return {
    cells: [
      sentence(line.label),
      medianText(study, line.id, { quantity: line.cost, format: usd }),
      line.cost !== null && line.openEnd !== undefined
        ? `${usd(line.cost.p10)} – unknown`
        : rangeText({ quantity: line.cost, format: usd }, ""),
      how ?? "",
    ],
  };
}

/** Requests for which serving is sized, and its price; the summary names the hardware. */
function servingBasis({ serving }: Study): Block[] {
  if (serving === null) return [];
  const [, ...sentences] = choiceLines(serving).map((line) => `${sentence(line)}.`);
  return [{ kind: "paragraph", text: `Serving: ${sentences.join(" ")}`, tone: "note" }];
}

/** Our totals compared with the published envelope of the programme's class, if there is one. */
function envelopeList({ cost }: Study): Block[] {
  if (cost.envelopes.length === 0) return [];
  const items = cost.envelopes.map((check) => `${sentence(envelopeSentence(check))}.`);
  return [
    { kind: "paragraph", text: [{ strong: "Compared with the published envelope" }] },
    { kind: "list", items },
  ];
}

function tornadoChart({ cost }: Study): Block[] {
  const bars = cost.tornado.slice(0, SHOWN_INPUTS);
  if (bars.length === 0) return [];
  const words = bars.map((bar) => `${bar.label}: ${usd(bar.lowUsd)} to ${usd(bar.highUsd)} USD`);
  const pair = chartPair(
    { id: "chart-tornado", title: "What drives the range of the total", description: `${words.join("; ")}.` },
    (form) => tornado(bars, { ...form, baseUsd: cost.tornadoBaseUsd }),
  );
  return [
    {
      kind: "chart",
      ...pair,
      caption: `What drives the range: the end-to-end total with one input at its p10 or at its p90, all others at their medians. Bars to the left of the line lower the total, bars to the right raise it. The line is the total with every input at its median, ${usd(cost.tornadoBaseUsd)} USD; the median of the draws, ${usd(cost.endToEnd.p50)} USD, differs from it because most ranges reach further to one side than to the other.`,
    },
  ];
}

function shapeTable({ cost }: Study): Block {
  return {
    kind: "table",
    caption: "Shape of the budget against the rule of thumb, at the medians, without serving",
    columns: [
      { head: "Part" },
      { head: "Share", align: "right" },
      { head: "Rule", align: "right" },
      { head: "Verdict" },
      { head: "What to do" },
    ],
    rows: cost.shape.shares.map((share) => ({
      cells: [
        PARTS[share.part],
        percent(share.share),
        percentRange(share.low, share.high),
        share.verdict,
        share.advice === "" ? "" : `${sentence(share.advice)}.`,
      ],
    })),
  };
}
