import type { EvaluationResult, ScoredItem } from "../../domain/evaluation-result.ts";
import type { Block, Section, TableColumn, TableRow } from "../../report/document.ts";
import { judgesSection } from "./judges-section.ts";
import { COST_CAPTION, COST_COLUMNS, costCells, costLines, fingerprintRows, gapRows } from "./result-rows.ts";
import { scoreBins } from "./score-bins.ts";
import { denominatorText, intervalText, scoreText } from "./score-words.ts";

/** The evaluations of a comparison with their items. */
export type BothResults = Readonly<Record<"baseline" | "target", ComparedResult>>;

type ComparedResult = { result: EvaluationResult; items: readonly ScoredItem[] };

const NUMBER = { align: "right" } as const;

const BOTH: readonly TableColumn[] = [
  { head: "Baseline", ...NUMBER },
  { head: "Target", ...NUMBER },
];

/** Scores of both targets over all items, each with its interval, and the distribution of the headline score. */
export function scoresOfBoth(both: BothResults): Section {
  const rows = sidesOf(both).flatMap(({ side, result }) =>
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
      {
        kind: "table",
        caption: "Each over all of its items; the differences are over the items that both were scored on.",
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
      ...distribution(both),
    ],
  };
}

/** Items by headline score, counted in the same bins for both. */
function distribution({ baseline, target }: BothResults): Block[] {
  const name = target.result.scores[0]?.scorer ?? "";
  const valuesOf = ({ items }: ComparedResult): number[] =>
    items.flatMap(({ scores }) => (typeof scores[name] === "number" ? [scores[name]] : []));
  const [old, now] = [valuesOf(baseline), valuesOf(target)];
  const all = scoreBins([...old, ...now]);
  if (all.length < 2) return [];
  const counts = [old, now].map((values) => scoreBins(values, [...old, ...now]));
  return [
    {
      kind: "table",
      caption: `Distribution: items by ${name}.`,
      columns: [{ head: name }, ...BOTH],
      rows: all.map(({ label }, bin) => ({ cells: [label, ...counts.map((bins) => String(bins[bin]!.count))] })),
    },
  ];
}

/** Judges with their cards, what could not be scored, cost and fingerprints of both. */
export function detailsOfBoth(both: BothResults): Section[] {
  return [...judgesOfBoth(both), gapsOfBoth(both), costOfBoth(both), fingerprintsOfBoth(both)];
}

function judgesOfBoth(both: BothResults): Section[] {
  const blocks = sidesOf(both).flatMap(({ side, result }): Block[] =>
    result.judged.length === 0
      ? []
      : [{ kind: "heading", text: `${side}: ${result.target}` }, ...judgesSection(result.judged).blocks],
  );
  return blocks.length === 0 ? [] : [{ id: "judges", title: "Judges", blocks }];
}

function gapsOfBoth({ baseline, target }: BothResults): Section {
  const [before, after] = [gapRows(baseline.result), gapRows(target.result)];
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
    ],
  };
}

function costOfBoth(both: BothResults): Section {
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

function fingerprintsOfBoth({ baseline, target }: BothResults): Section {
  const after = new Map(fingerprintRows(target.result));
  return {
    id: "fingerprints",
    title: "Fingerprints",
    blocks: [
      {
        kind: "table",
        caption: "Set, prompt, scorers and sampling are equal, otherwise there is no comparison.",
        columns: [{ head: "Part" }, { head: "Baseline", width: "wide" }, { head: "Target", width: "wide" }],
        rows: fingerprintRows(baseline.result).map(([part, value]) => {
          const other = after.get(part) ?? "none";
          return { cells: [part, [{ code: value }], other === value ? "the same" : [{ code: other }]] };
        }),
      },
    ],
  };
}

function sidesOf({ baseline, target }: BothResults): ({ side: string } & ComparedResult)[] {
  return [
    { side: "Baseline", ...baseline },
    { side: "Target", ...target },
  ];
}
