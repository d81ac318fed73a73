import { counted } from "../../../base/words.ts";
import type { AuditEvidence } from "../../../domain/audit.ts";
import type { ForeignResult } from "../../../domain/audit-import.ts";
import { type ForeignRule, noPrice } from "../../rule.ts";

/** Results of one series that are named as evidence. */
const NAMED = 6;

/** Rule 4: nothing held out, no result in the log of a run, or results that name no model. */
export const foreignEvaluation: ForeignRule = ({ state, study }, { record }) => {
  const { configs, states, results } = record;
  if (state.releases.length > 0) return undefined;
  const withModel = results.filter(({ model }) => model !== null);
  const missing: AuditEvidence[] = [
    ...configs
      .filter(({ heldOut }) => heldOut.kind === "nothing")
      .map(({ heldOut: { place, says } }) => ({ place, says })),
    ...states
      .filter(({ evaluations }) => evaluations === 0)
      .map(({ file, steps }) => ({
        place: file,
        says: `no result of an evaluation in the log of ${steps ?? "its"} steps`,
      })),
  ];
  const unnamed = results
    .filter(({ model }) => model === null)
    .slice(0, NAMED) // the others say nothing else
    .map(({ file, items, score }) => ({
      place: file,
      says: `${items ?? "an unknown number of"} items, score ${scoreText(score)}; it names no model`,
    }));
  const [first, ...rest] = [...missing, ...unnamed];
  if (first === undefined || withModel.length > 0) {
    if (results.length === 0 && configs.length === 0 && states.length === 0) return undefined;
    return {
      state: "not-checkable",
      text: `Not checkable, because no source says which version was released; ${withModel.length === 0 ? "no evaluation result names a model" : `${counted(withModel.length, "evaluation result")} ${withModel.length === 1 ? "names" : "name"} a model`}, and evaluation during training is not an evaluation before a release.`,
      action: "import the tracker with its registered models, or set an alias and run tunewright eval run",
      evidence: [
        ...configs.map(({ heldOut: { place, says } }) => ({ place, says })),
        ...withModel.map(({ file, model, series }) => ({ place: file, says: `${series} of ${model}` })),
      ],
    };
  }
  const partial = configs.length + states.length - missing.length;
  if (missing.length > 0 && partial > 0 && results.length === 0) return partly(missing, partial);
  return {
    state: "finding",
    text: `${results.length === 0 ? "No evaluation" : "No evaluation that names its model"} is among the sources, and ${missing.length === 0 ? "none can be tied to a version" : `${counted(missing.length, "source")} evaluated nothing during training`}. The price is one retrain; no probability is invented.`,
    evidence: [first, ...rest],
    price: study.training.costPerRun,
    action: "tunewright eval init NAME --set FOLDER, then tunewright eval run NAME with the version as the target",
  };
};

/** Some configurations hold data out and others do not; it is unknown which of them was released. */
function partly(missing: readonly AuditEvidence[], others: number): ReturnType<ForeignRule> {
  return {
    state: "not-checkable",
    text: `Not checkable, because ${counted(missing.length, "source")} evaluate nothing and ${others} do, and no source says which of them was released.`,
    action: "import the configuration of the released model alone",
    evidence: missing,
  };
}

/** Rule 8: results of one series over different items, or a published test split that is trained on. */
export const foreignTestSet: ForeignRule = (_facts, { record }) => {
  const moved = [...seriesOf(record.results)].filter(([, results]) => differentSets(results) > 1);
  if (moved.length > 0) {
    const count = moved.reduce((sum, [, results]) => sum + results.length, 0);
    const [first, ...rest] = moved.flatMap(([, results]) =>
      results.slice(0, NAMED).map(({ file, items, score, set }) => ({
        place: file,
        says: `${items ?? "unknown"} items${set === null ? "" : `, set ${set.slice(0, 8)}`}, score ${scoreText(score)}`,
      })),
    );
    const changes = moved.map(
      ([series, results]) => `${series}: ${differentSets(results)} sets in ${counted(results.length, "result")}`,
    );
    return {
      state: "finding",
      text: `The scored items change from one result to the next (${changes.join("; ")}), so the scores of these ${count} results are not one series.`,
      evidence: [first!, ...rest],
      price: noPrice(
        "the decisions that rest on the scores have no price in the sources",
        "score all versions again on one frozen set",
      ),
      action: "tunewright data freeze FILE --out FOLDER, then tunewright eval init NAME --set FOLDER",
    };
  }
  const joined = record.configs.flatMap(({ datasets, heldOut }) =>
    heldOut.kind === "cut-from-training"
      ? datasets.filter(({ split }) => isTestSplit(split)).map((dataset) => ({ dataset, heldOut }))
      : [],
  );
  const [first, ...rest] = joined.flatMap(({ dataset, heldOut }) => [
    { place: dataset.place, says: `${dataset.name}, split ${dataset.split}, is trained on` },
    { place: heldOut.place, says: `${heldOut.says}: the evaluation rows are drawn again from the mixture` },
  ]);
  if (first !== undefined) {
    return {
      state: "finding",
      text: `${counted(joined.length, "configuration")} ${joined.length === 1 ? "joins" : "join"} a published test split to the training rows and ${joined.length === 1 ? "cuts" : "cut"} a new test set from the mixture by a seed, so scores cannot be compared with published ones or with those of another seed.`,
      evidence: [first, ...rest],
      price: noPrice(
        "the decisions that rest on the scores have no price in the sources",
        "evaluate on the published split, and exclude it from training",
      ),
      action: "tunewright data freeze FILE --out FOLDER on the published split, and train without it",
    };
  }
  if (record.results.length === 0 && record.configs.length === 0) return undefined;
  return {
    state: "not-checkable",
    text: "Not checkable, because no two results of one test are among the sources, and no test set is frozen.",
    action: "tunewright data freeze FILE --out FOLDER, then tunewright eval init NAME --set FOLDER",
    evidence: record.configs.map(({ heldOut: { place, says } }) => ({ place, says })),
  };
};

/** Whether a split is one that its publisher intended for tests. */
export function isTestSplit(split: string | null): boolean {
  return split !== null && /^(?:test|eval|validation|valid|dev)(?:[_\W]|$)/i.test(split);
}

function seriesOf(results: readonly ForeignResult[]): Map<string, ForeignResult[]> {
  const series = new Map<string, ForeignResult[]>();
  for (const result of results) series.set(result.series, [...(series.get(result.series) ?? []), result]);
  return series;
}

/**
 * Sets on which results of one series were scored: by the items if the file contains them, otherwise by their number.
 */
function differentSets(results: readonly ForeignResult[]): number {
  return new Set(results.flatMap(({ set, items }) => set ?? (items === null ? [] : `${items} items`))).size;
}

function scoreText(score: number | null): string {
  return score === null ? "unknown" : score.toFixed(2);
}
