import { percent, sentence, span, usd } from "../../base/words.ts";
import type { CostLine } from "../../domain/cost.ts";
import type { Study } from "../../domain/study.ts";
import { costBars } from "../../report/charts/cost-bars.ts";
import { tornado } from "../../report/charts/tornado.ts";
import type { Block, Section, TableRow } from "../../report/document.ts";
import { formulaText, linked, medianText, rangeText } from "./show.ts";

/** Most bars of the tornado chart. */
const SHOWN_INPUTS = 10;

const PARTS = {
  "data-and-evaluation": "Data, evaluation and labelling",
  compute: "Compute",
  mlops: "MLOps and engineering",
} as const;

/** Every activity on its own line, sums by draws, what drives the range, and the shape of the budget. */
export function costSection(study: Study): Section {
  return {
    id: "cost",
    title: "Programme cost",
    blocks: [categoryChart(study), costTable(study), ...tornadoChart(study), shapeTable(study)],
  };
}

function categoryChart({ cost }: Study): Block {
  const bars = cost.categories.flatMap(({ category, cost: sum }) =>
    sum === null || sum.p90 === 0 ? [] : [{ label: sentence(category), p10: sum.p10, p50: sum.p50, p90: sum.p90 }],
  );
  const words = bars.map((bar) => `${bar.label} ${span(bar, usd)} USD, p50 ${usd(bar.p50)}`);
  const svg = costBars(bars, {
    id: "chart-cost",
    title: "Cost by part of the programme",
    description: `${words.join("; ")}.`,
  });
  return { kind: "chart", svg, caption: "Cost by part of the programme, to launch and for six months after it." };
}

function costTable(study: Study): Block {
  const { cost } = study;
  const rows = cost.categories.flatMap(({ category, cost: sum }): TableRow[] => {
    const lines = cost.lines.filter((line) => line.category === category);
    const head: TableRow = {
      cells: [
        sentence(category),
        sum === null ? "unknown" : [linked(study, `total.${category}`, usd(sum.p50))],
        sum === null ? "unknown" : span(sum, usd),
        "",
      ],
      total: true,
    };
    return [head, ...lines.map((line) => lineRow(study, line))];
  });
  const total = (label: string, id: string, quantity: Study["training"]["cost"]): TableRow => ({
    cells: [label, medianText(study, id, { quantity, format: usd }), rangeText({ quantity, format: usd }), ""],
    total: true,
  });
  return {
    kind: "table",
    caption: `Every activity, US dollars; sums by ${cost.draws.toLocaleString("en-US")} draws (seed ${cost.seed}), never by adding ends of ranges`,
    columns: [
      { head: "Activity" },
      { head: "p50, USD", align: "right" },
      { head: "p10–p90, USD", align: "right" },
      { head: "How it was computed" },
    ],
    rows: [
      ...rows,
      total("Compute only", "total.computeOnly", cost.computeOnly),
      total("End to end, without serving", "total.endToEnd", cost.endToEnd),
      total("With six months of serving", "total.withServing", cost.withServing),
    ],
  };
}

function lineRow(study: Study, line: CostLine): TableRow {
  const known = line.cost !== null;
  return {
    cells: [
      sentence(line.label),
      medianText(study, line.id, { quantity: line.cost, format: usd }),
      known ? rangeText({ quantity: line.cost, format: usd }) : "unknown",
      line.reason ?? formulaText(line.basis, new Set(study.figures.map((figure) => figure.id))),
    ],
  };
}

function tornadoChart({ cost }: Study): Block[] {
  const bars = cost.tornado.slice(0, SHOWN_INPUTS);
  if (bars.length === 0) return [];
  const words = bars.map((bar) => `${bar.label}: ${usd(bar.lowUsd)} to ${usd(bar.highUsd)} USD`);
  const svg = tornado(bars, {
    id: "chart-tornado",
    title: "What drives the range of the total",
    description: `${words.join("; ")}.`,
    baseUsd: cost.tornadoBaseUsd,
  });
  return [
    {
      kind: "chart",
      svg,
      caption:
        "What drives the range: the end-to-end total with one input at its p10 (green, where it lowers the total) and at its p90, all others at their medians.",
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
        `${percent(share.low)}–${percent(share.high)}`,
        share.verdict,
        share.advice === "" ? "" : `${sentence(share.advice)}.`,
      ],
    })),
  };
}
