import { formatCount, formatRange } from "../../../base/units.ts";
import { neverText, percent, sentence, usd, wholePercent } from "../../../base/words.ts";
import { type Quantity, isRefusal } from "../../../domain/estimate.ts";
import { monthsText } from "../../../plan/serve-plan/range-text.ts";
import { choiceLines } from "../../../plan/serving/choice-text.ts";
import type { Study } from "../../../domain/study.ts";
import { chartPair } from "../../../report/charts/draw.ts";
import { paybackCurve } from "../../../report/charts/payback-curve.ts";
import type { Block, Section, TableRow, Text } from "../../../report/document.ts";
import { QUANTITY_COLUMNS, medianText, rangeText } from "./show.ts";

/** Section on the payback, with and without serving and maintenance. */
export function paybackSection(study: Study): Section {
  const { payback } = study;
  const never: Block[] =
    payback.neverShare === null || payback.neverShare === 0
      ? []
      : [
          {
            kind: "paragraph",
            text: `It never pays back within the horizon in ${percent(payback.neverShare)} of the draws.`,
          },
        ];
  return {
    id: "payback",
    title: "Payback",
    blocks: [...chart(study), paybackTable(study), ...never, ...servingBasis(study), ...servingChoice(study)],
  };
}

/** Source of the serving cost: a load test overrides the estimate, which overrides ranges of published sizes. */
function servingBasis({ figures, serving }: Study): Block[] {
  const capacity = figures.find(({ id }) => id === "serving.capacity");
  const stated = figures.find(({ id }) => id === "user.serving.monthlyUsd" || id === "user.serving.outputTokensPerSec");
  const ranges = figures.find(({ id }) => id.startsWith("assumption.serving.h100.output-tokens-per-sec."));
  const isMeasured = capacity?.source.ref.startsWith("load test") === true;
  const words: Text | undefined =
    stated !== undefined
      ? ["Serving rests on the programme's own figures: ", { figure: stated.id, text: stated.label }, "."]
      : capacity !== undefined
        ? [
            isMeasured
              ? "Serving rests on a load test of one replica: "
              : "Serving rests on an estimate of one replica within the SLO, as in plan serve: ",
            { figure: capacity.id, text: `${capacityText(capacity, serving)} output tokens per second` },
            isMeasured ? "." : ". Replace it with a load test of the replica: serving.loadTest.",
          ]
        : ranges !== undefined
          ? [
              "Serving rests on wide ranges of published sizes: ",
              { figure: ranges.id, text: ranges.label },
              ". tunewright plan serve lists what an estimate lacks.",
            ]
          : undefined;
  return words === undefined ? [] : [{ kind: "paragraph", text: words }];
}

/** Range of the speed as in `plan serve`: in tokens of the served model instead of those of the month. */
function capacityText(capacity: Study["figures"][number], serving: Study["serving"]): string {
  const sized = serving?.chosen.outputTokensPerSec;
  const { p10, p90 } = sized === undefined || isRefusal(sized) ? capacity : sized;
  return formatRange(p10!, p90!);
}

/** The serving hardware, the next cheapest, and the requests. */
function servingChoice({ serving }: Study): Block[] {
  if (serving === null) return [];
  const [chosen] = choiceLines(serving); // the appendix has the others
  return [{ kind: "paragraph", text: `${sentence(chosen!)}.` }];
}

function chart({ payback }: Study): Block[] {
  const [launch] = payback.curve;
  const last = payback.curve.at(-1);
  if (launch === undefined || last === undefined) return [];
  const words = {
    id: "chart-payback",
    title: "Cumulative cash after launch",
    description: `From ${usd(launch.p50)} USD at launch to ${usd(last.p50)} USD after ${last.month} months at the median; p10 ${last.p10 === null ? "unknown" : usd(last.p10)}, p90 ${usd(last.p90)}.`,
  };
  const pair = chartPair(words, (form) => paybackCurve(payback.curve, form));
  const caption = "Cumulative cash after launch: savings less serving, maintenance and the cost to launch.";
  return [{ kind: "chart", ...pair, caption }];
}

/** The payback months, or a statement that it never pays back; empty if neither is known. */
function monthsWords({ monthWithServing, neverShare }: Study["payback"]): string {
  return monthsText(monthWithServing, neverShare) ?? (neverShare === null ? "" : neverText(neverShare));
}

function paybackTable(study: Study): Block {
  const { payback } = study;
  const row = (
    label: string,
    name: string,
    shown: { quantity: Quantity; unit: string; format?: (value: number) => string; range?: string },
  ): TableRow => ({
    cells: [label, shown.unit, medianText(study, `payback.${name}`, shown), shown.range ?? rangeText(shown, "")],
  });
  const months = payback.monthWithServing;
  return {
    kind: "table",
    caption: "Money per month, and when it has paid back",
    columns: QUANTITY_COLUMNS,
    rows: [
      row("Cost to launch", "investment", { quantity: payback.investment, unit: "USD", format: usd }),
      row("Saved per month", "monthlySaving", { quantity: payback.monthlySaving, unit: "USD", format: usd }),
      row("Serving per month", "monthlyServing", { quantity: payback.monthlyServing, unit: "USD", format: usd }),
      row("People who operate replicas, per month", "monthlyPeople", {
        quantity: payback.monthlyPeople,
        unit: "USD",
        format: usd,
      }),
      row("Maintenance per month", "monthlyMaintenance", {
        quantity: payback.monthlyMaintenance,
        unit: "USD",
        format: usd,
      }),
      row("Paid back in month, including serving and maintenance", "monthWithServing", {
        quantity: months,
        unit: "month",
        range: monthsWords(payback),
      }),
      row("The same, saving alone", "monthWithoutServing", { quantity: payback.monthWithoutServing, unit: "month" }),
      row("Return after 12 months, including serving and maintenance", "roi12WithServing", {
        quantity: payback.roi12WithServing,
        unit: "%",
        format: wholePercent,
      }),
      row("The same, saving alone", "roi12WithoutServing", {
        quantity: payback.roi12WithoutServing,
        unit: "%",
        format: wholePercent,
      }),
      row("Self-hosting is cheaper than the API from", "breakEvenTokensPerDay", {
        quantity: payback.breakEvenTokensPerDay,
        unit: "output tokens per day",
        format: formatCount,
      }),
    ],
  };
}
