import { isoDay } from "../../base/clock.ts";
import { counted } from "../../base/words.ts";
import type { BiasReport } from "../../domain/bias-report.ts";
import type { HeadlineScore } from "../../domain/evaluation-list.ts";
import type { EvaluationResult, ScoredItem, ScoreSummary } from "../../domain/evaluation-result.ts";
import { chartPair } from "../../report/charts/draw.ts";
import { labelledBars } from "../../report/charts/labelled-bars.ts";
import { scoreIntervals } from "../../report/charts/score-intervals.ts";
import type { Block, ReportDocument, Section } from "../../report/document.ts";
import { costLines, denominatorText, fingerprintRows, gapRows } from "../../report/evaluation-rows.ts";
import { biasSection } from "./bias-section.ts";
import { headlineScore } from "./headline-score.ts";
import { HEADLINE_METHODS } from "./judge-card-text.ts";
import { judgesSection } from "./judges-section.ts";
import { lowestItems } from "./lowest-items.ts";
import { COST_CAPTION, COST_COLUMNS, costCells } from "./cost-table.ts";
import { headlineValues } from "../score/summarise-scores.ts";
import { scoreBarMarks, scoreBins } from "./score-bins.ts";
import { intervalText, scoreText } from "./score-words.ts";

/** Number of characters shown of a prompt or an answer. */
const SHOWN_CHARACTERS = 1200;

const NUMBER = { align: "right" } as const;

/** The document of an evaluation: scores, slices, distribution, unscored answers, cost, wrong items, fingerprints. */
export function evaluationDocument(
  result: EvaluationResult,
  items: readonly ScoredItem[],
  bias: readonly BiasReport[] = [],
): ReportDocument {
  return {
    title: `${result.target} on ${result.set.name}`,
    subtitle: `Evaluation ${result.evaluation}`,
    facts: [
      { label: "Finished", value: isoDay(new Date(result.finishedAt)) },
      { label: "Model", value: result.model ?? result.endpoint },
      { label: "Items", value: String(result.items) },
      { label: "Set", value: result.fingerprints.set.slice(0, 16) },
      ...(result.benchmark === null
        ? []
        : [{ label: "Benchmark", value: `${result.benchmark.title}, published file` }]),
      { label: "Made by", value: result.tool },
    ],
    sections: [
      scoresSection(result, items),
      ...(result.judged.length === 0 ? [] : [judgesSection(result.judged)]),
      ...(result.slices.length === 0 ? [] : [slicesSection(result)]),
      ...(bias.length === 0 ? [] : [biasSection(bias)]),
      ...contaminationSection(result),
      gapsSection(result),
      costSection(result),
      itemsSection(result, items),
      fingerprintsSection(result),
    ],
    footer: `Made by ${result.tool} from evaluations/${result.id}. Intervals are 95 %.`,
  };
}

function scoresSection(result: EvaluationResult, items: readonly ScoredItem[]): Section {
  const { scores, isComplete, stopped } = result;
  const [headline] = scores;
  const shown = headlineScore(result);
  const warning: Block[] = isComplete ? [] : [{ kind: "paragraph", tone: "warning", text: `Not complete: ${stopped}` }];
  return {
    id: "scores",
    title: "Scores",
    blocks: [
      ...warning,
      ...(headline === undefined || shown === null
        ? []
        : [
            {
              kind: "tiles" as const,
              tiles: [
                { label: shown.scorer, value: scoreText(shown.mean), detail: headlineDetail(shown) },
                { label: "Denominator", value: String(headline.n), detail: denominatorText(headline) },
              ],
            },
          ]),
      {
        kind: "table",
        caption: scoresCaption(result),
        columns: [
          { head: "Score" },
          { head: "Mean", ...NUMBER },
          { head: "95 % interval", ...NUMBER },
          { head: "Interval by" },
          { head: "Of answered items", ...NUMBER },
          { head: "Denominator", width: "wide" },
        ],
        rows: scores.map((score) => ({
          cells: [
            score.scorer,
            scoreText(score.mean),
            intervalText(score.interval),
            METHODS[score.method],
            scoreText(score.answeredMean),
            denominatorText(score),
          ],
        })),
      },
      ...distribution(headline, headlineValues(items, result)),
    ],
  };
}

function scoresCaption({ judged }: EvaluationResult): string {
  const wrong = "Items without an answer count as wrong for scorers that mark an answer right or wrong.";
  return judged.length === 0 ? wrong : `${wrong} Scores of judges are uncorrected here.`;
}

function headlineDetail({ interval, correction }: HeadlineScore): string {
  return correction === null ? intervalText(interval) : `${intervalText(interval)}, ${HEADLINE_METHODS[correction]}`;
}

const METHODS: Readonly<Record<ScoreSummary["method"], string>> = {
  wilson: "Wilson",
  "wilson-clustered": "Wilson, clustered",
  t: "Student's t",
  "t-clustered": "Student's t, clustered",
};

function distribution(headline: ScoreSummary | undefined, values: readonly number[]): Block[] {
  const bins = scoreBins(values);
  if (headline === undefined || bins.length < 2) return [];
  const words = {
    id: "distribution",
    title: `Distribution of ${headline.scorer}`,
    description: bins.map(({ label, count }) => `${label}: ${count} items`).join("; "),
  };
  const rows = bins.map(({ label, count }) => ({ label, numbers: String(count), end: count }));
  const draw = { unit: "Items", numbersWidth: 60, marks: scoreBarMarks(bins) };
  const charts = chartPair(words, (chartWords) => labelledBars(rows, chartWords, draw));
  return [{ kind: "chart", ...charts, caption: `Items by ${headline.scorer}` }];
}

function slicesSection({ slices, scores }: EvaluationResult): Section {
  const rows = slices.flatMap(({ field, value, scores: own }) => {
    const [score] = own;
    if (score === undefined || score.mean === null || score.interval === null) return [];
    const numbers = `${scoreText(score.mean)}, n ${score.n}`; // the line shows the interval
    return [{ label: `${field} = ${value}`, value: score.mean, ...score.interval, numbers }];
  });
  const name = scores[0]?.scorer ?? "score";
  const shown = rows.slice(0, 40);
  const words = {
    id: "slices",
    title: `${name} by slice`,
    description: shown.map(({ label, numbers }) => `${label}: ${numbers}`).join("; "),
  };
  const charts =
    shown.length < 2 ? undefined : chartPair(words, (chartWords) => scoreIntervals(shown, chartWords, { unit: name }));
  return {
    id: "by-slice",
    title: "By slice",
    blocks: [
      ...(charts === undefined
        ? []
        : [{ kind: "chart" as const, ...charts, caption: `${name} by slice, with 95 % intervals` }]),
      {
        kind: "table",
        caption: "Scores by slice. Small slices have wide intervals: compare intervals, not means.",
        columns: [
          { head: "Slice" },
          { head: "Items", ...NUMBER },
          ...scores.flatMap(({ scorer }) => [
            { head: scorer, ...NUMBER },
            { head: "95 % interval", ...NUMBER },
          ]),
        ],
        rows: slices.map(({ field, value, items, scores: own }) => ({
          cells: [
            `${field} = ${value}`,
            String(items),
            ...own.flatMap(({ mean, interval }) => [scoreText(mean), intervalText(interval)]),
          ],
        })),
      },
    ],
  };
}

function gapsSection(result: EvaluationResult): Section {
  const { errors } = result;
  return {
    id: "not-scored",
    title: "Not scored",
    blocks: [
      {
        kind: "table",
        caption: "Counts of answers, or of items for a scorer.",
        columns: [{ head: "What" }, { head: "Count", ...NUMBER }],
        rows: gapRows(result).map(([what, count]) => ({ cells: [what, String(count)] })),
      },
      ...(errors.length === 0
        ? []
        : [{ kind: "list" as const, items: errors.map(({ item, message }) => `${item}: ${message}`) }]),
    ],
  };
}

function contaminationSection({ contamination, scores }: EvaluationResult): Section[] {
  if (contamination === null) return [];
  const { against, trainingRows, method, hitItems, clean } = contamination;
  const rows = clean.map(({ scorer, mean, interval, n }, index) => ({
    cells: [scorer, scoreText(scores[index]?.mean ?? null), scoreText(mean), intervalText(interval), String(n)],
  }));
  const named =
    hitItems.length === 0 ? "" : `: ${hitItems.slice(0, 50).join(", ")}${hitItems.length > 50 ? " ..." : ""}`;
  return [
    {
      id: "contamination",
      title: "Contamination",
      blocks: [
        {
          kind: "paragraph",
          tone: hitItems.length === 0 ? "note" : "warning",
          text: `${counted(hitItems.length, "item")} found in the ${counted(trainingRows, "training row")} of ${against} (method ${method})${named}.`,
        },
        {
          kind: "table",
          caption: "Scores over all items, and without those found in training rows.",
          columns: [
            { head: "Score" },
            { head: "All items", ...NUMBER },
            { head: "Without them", ...NUMBER },
            { head: "95 % interval", ...NUMBER },
            { head: "Items", ...NUMBER },
          ],
          rows,
        },
      ],
    },
  ];
}

function costSection(result: EvaluationResult): Section {
  const { cost, endpoint, servedModels } = result;
  return {
    id: "cost",
    title: "Cost",
    blocks: [
      {
        kind: "table",
        caption: COST_CAPTION,
        columns: COST_COLUMNS,
        rows: costLines(result).map((line) => ({ cells: costCells(line) })),
      },
      {
        kind: "paragraph",
        tone: "note",
        text: [
          `Price: ${cost.price}. Endpoint: ${endpoint}.`,
          servedModels.length === 0 ? "" : ` The endpoint reports the model ${servedModels.join(", ")}.`,
          cost.estimatedUsage === 0 ? "" : ` The tokens of ${cost.estimatedUsage} answers are estimated.`,
        ].join(""),
      },
    ],
  };
}

function itemsSection({ scores }: EvaluationResult, items: readonly ScoredItem[]): Section {
  const name = scores[0]?.scorer ?? "";
  const { lowest, below } = lowestItems(items, name);
  return {
    id: "items",
    title: "Items with the lowest scores",
    blocks: [
      {
        kind: "paragraph",
        text: `${lowest.length} of ${below} items below 1 in ${name}.`,
      },
      ...lowest.map((item): Block => {
        const [answer] = item.answers;
        return {
          kind: "details",
          screenOnly: true,
          summary: `${item.id}: ${scoreText(item.scores[name] ?? null)}`,
          blocks: [
            { kind: "paragraph", text: [{ strong: "Asked: " }, shown(item.prompt)] },
            ...(item.reference === null
              ? []
              : [{ kind: "paragraph" as const, text: [{ strong: "Right: " }, shown(item.reference)] }]),
            ...(answer?.earlier ?? []).map((text, turn): Block => {
              return { kind: "paragraph", text: [{ strong: `Answered in turn ${turn + 1}: ` }, shown(text)] };
            }),
            {
              kind: "paragraph",
              text: [{ strong: "Answered: " }, shown(answer?.answer ?? answer?.error ?? "nothing")],
            },
          ],
        };
      }),
    ],
  };
}

function fingerprintsSection(result: EvaluationResult): Section {
  const rows = [["Evaluation", result.id], ["Repetition", String(result.repeat)], ...fingerprintRows(result)] as const;
  return {
    id: "fingerprints",
    title: "Fingerprints",
    blocks: [
      {
        kind: "table",
        caption: "Two evaluations can be compared if set, prompt, scorers and sampling are equal.",
        columns: [{ head: "Part" }, { head: "SHA-256 or value", width: "wide" }],
        rows: rows.map(([part, value]) => ({ cells: [part, [{ code: value }]] })),
      },
    ],
  };
}

function shown(text: string): string {
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}
