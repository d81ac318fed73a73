import { formatNumber } from "../../../base/units.ts";
import { minus, sentence, usd } from "../../../base/words.ts";
import { isRefusal } from "../../../domain/estimate.ts";
import type { Reason } from "../../../domain/method.ts";
import type { MethodAdvice, Study } from "../../../domain/study.ts";
import type { Block, Inline, Section, Text } from "../../../report/document.ts";
import { linked, rangeText } from "./show.ts";

const ANSWERS = {
  yes: "No method rule is against it; the verdict of the summary decides",
  no: "No",
  "only-if": "Yes, under the conditions of the summary",
} as const;

/** Section on whether to fine-tune, and the ranking of methods with reasons for and against each. */
export function methodSection(study: Study): Section {
  const { method, training } = study;
  const open = method.ranking.filter((advice) => advice.verdict !== "excluded");
  const excluded = method.ranking.filter((advice) => advice.verdict === "excluded");
  const [first, ...others] = open;
  return {
    id: "method",
    title: "Method",
    blocks: [
      { kind: "paragraph", text: [{ strong: `Fine-tune at all? ${ANSWERS[method.fineTune]}.` }] },
      { kind: "list", items: method.fineTuneReasons.map(reasonText) },
      rankingTable(study, open),
      {
        kind: "paragraph",
        tone: "note",
        text: `The numbers of this study are those of ${training.method}. Points are the sum of the listed reasons only; memory, GPU-hours and cost are estimates of one run on the cheapest fleet that fits.`,
      },
      ...(first
        ? [{ kind: "heading", text: `Ranked first: ${first.chain.join(", then ")}` } as const, ...adviceBlocks(first)]
        : []),
      ...others.map((advice, index): Block => ({
        kind: "details",
        screenOnly: index > 0,
        summary: `${advice.method}: ${advice.verdict.replaceAll("-", " ")}, reasons for and against`,
        blocks: adviceBlocks(advice),
      })),
      ...excludedBlock(excluded),
    ],
  };
}

function excludedBlock(excluded: readonly MethodAdvice[]): Block[] {
  if (excluded.length === 0) return [];
  const items = excluded.map((advice): Text => {
    const worst = advice.whyNot.toSorted((a, b) => a.points - b.points)[0];
    return [{ strong: advice.method }, ...(worst ? [": ", ...asInlines(reasonText(worst))] : [])];
  });
  const names = excluded.map((advice) => advice.method).join(", ");
  return [{ kind: "details", summary: `Excluded: ${names}`, blocks: [{ kind: "list", items }] }];
}

function asInlines(text: Text): readonly Inline[] {
  return typeof text === "string" ? [text] : text;
}

function rankingTable(study: Study, ranking: readonly MethodAdvice[]): Block {
  const cell = ({ method }: MethodAdvice, field: string, text: string): Text => [
    linked(study, `method.${method}.${field}`, text),
  ];
  return {
    kind: "table",
    caption: "Possible methods, best first; memory, GPU-hours and cost of one run, p10–p90",
    columns: [
      { head: "Method", width: "nowrap" },
      { head: "Verdict" },
      { head: "Points", align: "right" },
      { head: "Memory, GiB per GPU", align: "right" },
      { head: "GPU-hours", align: "right" },
      { head: "USD per run", align: "right" },
      { head: "Fleet" },
    ],
    rows: ranking.map((advice) => ({
      cells: [
        advice.method,
        advice.verdict.replaceAll("-", " "),
        cell(advice, "score", minus(formatNumber(advice.score))),
        cell(advice, "memory", rangeText({ quantity: advice.memory }, "–")),
        cell(advice, "gpuHours", rangeText({ quantity: advice.gpuHours }, "–")),
        cell(advice, "cost", rangeText({ quantity: advice.cost, format: usd }, "–")),
        advice.fleet ?? (isRefusal(advice.gpuHours) ? advice.gpuHours.refused : "none fits"),
      ],
    })),
  };
}

function adviceBlocks(advice: MethodAdvice): Block[] {
  const list = (title: string, items: readonly Text[]): Block[] =>
    items.length === 0
      ? []
      : [
          { kind: "paragraph", text: [{ strong: title }] },
          { kind: "list", items },
        ];
  return [
    ...list("For", advice.why.map(reasonText)),
    ...list("Against, and notes", advice.whyNot.map(reasonText)),
    { kind: "paragraph", text: [{ strong: "Data needed: " }, `${advice.dataNeeded}.`] },
    ...list("Usual failures", advice.failureModes.map(sentence)),
    ...list("Evidence", advice.evidence.map(sentence)),
  ];
}

function reasonText({ text, points, source }: Reason): Text {
  const weight = points === 0 ? "" : ` (${points > 0 ? "+" : "−"}${formatNumber(Math.abs(points))})`;
  return `${text}${weight} [${source}]`;
}
