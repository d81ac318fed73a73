import { isoDay } from "../../base/clock.ts";
import type { EvaluationComparison, FlippedItem, ScoreDifference } from "../../domain/evaluation-comparison.ts";
import { chartPair } from "../../report/charts/draw.ts";
import { type ScoreRow, scoreIntervals } from "../../report/charts/score-intervals.ts";
import type { Block, ReportDocument, Section, TableColumn } from "../../report/document.ts";
import { isHigherBetter } from "../score/score-answer.ts";
import { signed } from "../compare/judge-gate.ts";
import { detailsOfBoth, scoresOfBoth } from "./both-results.ts";
import { cleanText, detectableText, pText, scoreText, signedIntervalText, uncorrectedText } from "./score-words.ts";
import { differenceCells } from "./comparison-text.ts";

/** Number of flips that are shown. */
const SHOWN_FLIPS = 60;

/** Number of characters shown of a prompt or an answer. */
const SHOWN_CHARACTERS = 1200;

const NUMBER = { align: "right" } as const;

const HEADS: readonly TableColumn[] = [
  { head: "Items", ...NUMBER },
  { head: "Baseline", ...NUMBER },
  { head: "Target", ...NUMBER },
  { head: "Difference", ...NUMBER },
  { head: "95 % interval", ...NUMBER },
  { head: "p", ...NUMBER },
  { head: "Higher", ...NUMBER },
  { head: "Lower", ...NUMBER },
];

/**
 * The document of a comparison: differences, scores of both with their distribution, slices, the flipped items with both
 * answers, judges, what could not be scored, cost and fingerprints.
 */
export function comparisonDocument(comparison: EvaluationComparison): ReportDocument {
  const { baseline, target, set, tool, comparedOn } = comparison;
  return {
    title: `${target.target} compared with ${baseline.target}`,
    subtitle: `Evaluation ${comparison.evaluation}, paired by item`,
    facts: [
      { label: "Compared", value: isoDay(new Date(comparedOn)) },
      { label: "Set", value: `${set.name}, ${set.items} items` },
      { label: "Digest", value: set.digest.slice(0, 16) },
      { label: "Made by", value: tool },
    ],
    sections: [
      differencesSection(comparison),
      scoresOfBoth(comparison),
      ...(comparison.slices.length === 0 ? [] : [slicesSection(comparison)]),
      flipsSection(comparison),
      ...detailsOfBoth(comparison),
    ],
    footer: `Made by ${tool} from evaluations/${baseline.id} and evaluations/${target.id}.`,
  };
}

function differencesSection(comparison: EvaluationComparison): Section {
  const { differences, target } = comparison;
  const [headline] = differences;
  const notes = [cleanText(comparison), uncorrectedText(comparison)].filter((text) => text !== undefined);
  return {
    id: "differences",
    title: "Differences",
    blocks: [
      ...(headline === undefined ? [] : [verdict(headline, isHigherBetter(target.scorers[0]!))]),
      ...notes.map((text): Block => ({ kind: "paragraph", text })),
      {
        kind: "table",
        caption: "Target minus baseline over the items that have a score on both.",
        columns: [{ head: "Score" }, ...HEADS],
        rows: differences.map((difference) => ({ cells: [difference.scorer, ...differenceCells(difference)] })),
      },
      ...chartOf(
        differences.map((difference) => ({ ...difference, label: difference.scorer })),
        "differences",
      ),
    ],
  };
}

function verdict(headline: ScoreDifference, hasDirection: boolean): Block {
  const { interval, difference, correlation, standardError, unpairedStandardError } = headline;
  const isShown = interval !== null && (interval.low > 0 || interval.high < 0);
  const isHigher = (difference ?? 0) > 0;
  const [more, less] = hasDirection ? ["better", "worse"] : ["higher", "lower"];
  const words = isShown ? `The target is ${isHigher ? more : less}` : "No difference is shown";
  const paired =
    standardError === null || unpairedStandardError === null || correlation === null
      ? ""
      : ` Pairing changes the standard error from ${unpairedStandardError.toFixed(4)} to ${standardError.toFixed(4)} (correlation ${correlation.toFixed(2)}).`;
  return {
    kind: "verdict",
    tone: !isShown || !hasDirection ? "warning" : isHigher ? "good" : "bad",
    title: `${words} in ${headline.scorer}: ${difference === null ? "none" : signed(difference)} (${signedIntervalText(interval)}), p ${pText(headline.p)}`,
    blocks: [{ kind: "paragraph", text: `${detectableText(headline)}${paired}` }],
  };
}

function slicesSection({ slices }: EvaluationComparison): Section {
  return {
    id: "slices",
    title: "By slice",
    blocks: [
      ...chartOf(
        slices.slice(0, 40).map((slice) => ({ ...slice, label: `${slice.field} = ${slice.value}` })),
        "slices",
      ),
      {
        kind: "table",
        caption: "p is adjusted by Holm's method over the slices of a field.",
        columns: [{ head: "Slice" }, ...HEADS],
        rows: slices.map((slice) => ({ cells: [`${slice.field} = ${slice.value}`, ...differenceCells(slice)] })),
      },
    ],
  };
}

function chartOf(rows: readonly (ScoreDifference & { label: string })[], id: string): Block[] {
  const drawn = rows.flatMap(({ label, difference, interval, n }): ScoreRow[] =>
    difference === null || interval === null || Math.abs(difference) > 1
      ? []
      : [{ label, value: difference, ...interval, numbers: `${signed(difference)}, n ${n}` }],
  );
  if (drawn.length === 0) return [];
  const description = drawn.map(({ label, numbers }) => `${label}: ${numbers}`).join("; ");
  const words = { id: `${id}-chart`, title: "Target minus baseline", description };
  const charts = chartPair(words, (chartWords) =>
    scoreIntervals(drawn, chartWords, { unit: "Target minus baseline", rule: 0 }),
  );
  return [{ kind: "chart", ...charts, caption: "Differences with their 95 % intervals; the line marks no difference" }];
}

function flipsSection({ flips, flipCount }: EvaluationComparison): Section {
  return {
    id: "flips",
    title: "Items that flipped",
    blocks: [
      {
        kind: "paragraph",
        text: `The score of ${flipCount} items differs; ${Math.min(SHOWN_FLIPS, flips.length)} are shown.`,
      },
      ...flips.slice(0, SHOWN_FLIPS).map(flipBlock),
    ],
  };
}

function flipBlock(flip: FlippedItem): Block {
  const change = `${scoreText(flip.baselineScore)} to ${scoreText(flip.targetScore)}`;
  return {
    kind: "details",
    screenOnly: true,
    summary: `${flip.id}: ${flip.better === "target" ? "higher" : "lower"}, ${change}`,
    blocks: [
      { kind: "paragraph", text: [{ strong: "Asked: " }, shown(flip.prompt)] },
      ...(flip.reference === null
        ? []
        : [{ kind: "paragraph" as const, text: [{ strong: "Right: " }, shown(flip.reference)] }]),
      {
        kind: "table",
        caption: "Both answers",
        columns: [
          { head: "Baseline", width: "wide" },
          { head: "Target", width: "wide" },
        ],
        rows: [{ cells: [shown(flip.baselineAnswer ?? "no answer"), shown(flip.targetAnswer ?? "no answer")] }],
      },
    ],
  };
}

function shown(text: string): string {
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}
