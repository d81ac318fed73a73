import { counted } from "../../base/words.ts";
import type { EvaluationComparison } from "../../domain/evaluation-comparison.ts";
import type { EvaluationResult } from "../../domain/evaluation-result.ts";
import type { Block, Section, TableColumn, TableRow } from "../../report/document.ts";
import { costLines, denominatorText, fingerprintRows, gapRows } from "../../report/evaluation-rows.ts";
import { judgesSection } from "./judges-section.ts";
import { COST_CAPTION, COST_COLUMNS, costCells } from "./cost-table.ts";
import { intervalText, scoreText } from "./score-words.ts";

type Both = Pick<EvaluationComparison, "baseline" | "target">;

const NUMBER = { align: "right" } as const;

const BOTH: readonly TableColumn[] = [
  { head: "Baseline", ...NUMBER },
  { head: "Target", ...NUMBER },
];

/** Scores of both targets over all items, each with its interval, and the distribution of the headline score. */
export function scoresOfBoth(comparison: EvaluationComparison): Section {
  const rows = sidesOf(comparison).flatMap(({ side, result }) =>
    result.scores.map((score) => ({
      cells: [
        side,
        result.target,
        score.scorer,
        scoreText(score.mean),
        intervalText(score.interval),
        denominatorText(score),
      ],
    })),
  );
  return {
    id: "scores",
    title: "Scores of both",
    blocks: [
      ...sidesOf(comparison).flatMap(({ side, result: { isComplete, stopped } }): Block[] =>
        isComplete ? [] : [{ kind: "paragraph", tone: "warning", text: `${side} is not complete: ${stopped}` }],
      ),
      {
        kind: "table",
        caption: `Each over all of its items; the differences are over the items that both were scored on.${comparison.target.judged.length === 0 ? "" : " Scores of judges are uncorrected here."}`,
        columns: [
          { head: "Side" },
          { head: "Of" },
          { head: "Score" },
          { head: "Mean", ...NUMBER },
          { head: "95 % interval", ...NUMBER },
          { head: "Denominator", width: "wide" },
        ],
        rows,
      },
      ...distribution(comparison),
    ],
  };
}

function distribution({ bins, target }: EvaluationComparison): Block[] {
  const name = target.scores[0]?.scorer ?? "";
  if (bins.length < 2) return [];
  return [
    {
      kind: "table",
      caption: `Distribution: items by ${name}.`,
      columns: [{ head: name }, ...BOTH],
      rows: bins.map(({ label, baseline, target }) => ({ cells: [label, String(baseline), String(target)] })),
    },
  ];
}

/** Judges with their cards, what could not be scored, cost and fingerprints of both. */
export function detailsOfBoth(both: Both): Section[] {
  return [...judgesOfBoth(both), gapsOfBoth(both), costOfBoth(both), fingerprintsOfBoth(both)];
}

function judgesOfBoth(both: Both): Section[] {
  const blocks = sidesOf(both).flatMap(({ side, result }): Block[] =>
    result.judged.length === 0
      ? []
      : [{ kind: "heading", text: `${side}: ${result.target}` }, ...judgesSection(result.judged).blocks],
  );
  return blocks.length === 0 ? [] : [{ id: "judges", title: "Judges", blocks }];
}

function gapsOfBoth({ baseline, target }: Both): Section {
  const [before, after] = [gapRows(baseline), gapRows(target)];
  return {
    id: "not-scored",
    title: "Not scored",
    blocks: [
      {
        kind: "table",
        caption: "Counts of answers, or of items for a scorer.",
        columns: [{ head: "Reason" }, ...BOTH],
        rows: before.map(([what, count], row) => ({ cells: [what, String(count), String(after[row]![1])] })),
      },
      { kind: "list", items: sidesOf({ baseline, target }).map(contaminationText) },
    ],
  };
}

function contaminationText({ side, result: { contamination } }: ReturnType<typeof sidesOf>[number]): string {
  if (contamination === null)
    return `${side}: not compared with training rows, because the target does not state trainedOn.`;
  const { against, trainingRows, hitItems, clean } = contamination;
  const without =
    hitItems.length === 0
      ? ""
      : clean
          .map(({ scorer, mean, n }) => ` Without them ${scorer} is ${scoreText(mean)} on ${counted(n, "item")}.`)
          .join("");
  return `${side}: ${counted(hitItems.length, "item")} found in the ${counted(trainingRows, "training row")} of ${against}.${without}`;
}

function costOfBoth(both: Both): Section {
  return {
    id: "cost",
    title: "Cost",
    blocks: [
      {
        kind: "table",
        caption: COST_CAPTION,
        columns: [{ head: "Side" }, ...COST_COLUMNS],
        rows: sidesOf(both).flatMap(({ side, result }) =>
          costLines(result).map((line): TableRow => ({ cells: [side, ...costCells(line)] })),
        ),
      },
      {
        kind: "paragraph",
        tone: "note",
        text: sidesOf(both)
          .map(({ side, result }) => `${side}: ${result.cost.price}, ${result.endpoint}.`)
          .join(" "),
      },
    ],
  };
}

function fingerprintsOfBoth({ baseline, target }: Both): Section {
  const after = new Map(fingerprintRows(target));
  return {
    id: "fingerprints",
    title: "Fingerprints",
    blocks: [
      {
        kind: "table",
        caption: "Set, prompt, scorers and sampling are equal, otherwise there is no comparison.",
        columns: [{ head: "Part" }, { head: "Baseline", width: "wide" }, { head: "Target", width: "wide" }],
        rows: fingerprintRows(baseline).map(([part, value]) => {
          const other = after.get(part) ?? "none";
          return { cells: [part, [{ code: value }], other === value ? "the same" : [{ code: other }]] };
        }),
      },
    ],
  };
}

function sidesOf({ baseline, target }: Both): { side: string; result: EvaluationResult }[] {
  return [
    { side: "Baseline", result: baseline },
    { side: "Target", result: target },
  ];
}
