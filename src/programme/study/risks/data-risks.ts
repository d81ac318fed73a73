import { formatCount } from "../../../base/units.ts";
import { counted, sentence, whole } from "../../../base/words.ts";
import { hasRows, isCorpusAlone, rowsNeeded } from "../../../plan/method/method-reading.ts";
import { cutText } from "../../../plan/speed/run-time.ts";
import { type StudyFacts, curatedRows, filesWithRole, trainedFiles } from "../study-facts.ts";
import { statedTokens } from "../../training-plan/training-volume.ts";
import { benchmarkFile } from "./curation-risks.ts";
import type { RiskRule } from "./risk-rule.ts";

/** Shares of exact duplicates: wasteful above the first, and likely to skew the model above the second. */
const DUPLICATE_SHARE = { low: 0.01, high: 0.1 } as const;

/** Share of untrainable rows above which the export itself is doubtful. */
const BROKEN_SHARE = { low: 0, high: 0.02 } as const;

/** Ratio of the largest to the smallest class above which a class may never be predicted; our threshold. */
const IMBALANCE = 10;

/** Classes that a risk names. */
const SHOWN_CLASSES = 5;

/** Risks of the data. */
export const DATA_RISKS: readonly RiskRule[] = [
  {
    id: "data.no-file",
    about: "no training file is listed",
    severity: (facts) => {
      if (trainingFiles(facts).length > 0) return undefined;
      return facts.programme.data.meanTokens === undefined ? "high" : "medium";
    },
    text: ({ programme: { data, training } }) => {
      const isBound = data.meanTokens === undefined && training.method !== "continued-pretraining";
      return `No training file was scanned: lengths, duplicates and broken rows are unknown${isBound ? ", and tokens are an upper bound" : ""}.`;
    },
    action: "list at least a sample of the real rows under data.files",
  },
  {
    id: "data.nothing-valid",
    about: "no row of a file can be trained on",
    severity: (facts) => (emptyFiles(facts).length > 0 ? "high" : undefined),
    text: (facts) =>
      `${emptyFiles(facts)
        .map(({ path, rows }) => `None of the ${whole(rows)} rows of ${path}`)
        .join("; ")} can be trained on, so there are no measurements for them.`,
    action: "name the fields of the rows next to the file's path (data.files, fields), or correct the export",
  },
  {
    id: "data.same-file",
    about: "files with different roles have the same content",
    severity: (facts) => (sameFiles(facts).length > 0 ? "high" : undefined),
    text: (facts) =>
      sentence(
        `${sameFiles(facts)
          .map(([a, b]) => `${a} and ${b} are the same file under two names and have different roles`)
          .join("; ")}: rows that are trained on cannot prove quality.`,
      ),
    action: "separate the test rows from the training rows before you train",
  },
  {
    id: "data.generated",
    about: "training files are marked as generated",
    severity: (facts) => (generatedFiles(facts).length > 0 ? "medium" : undefined),
    text: (facts) =>
      `${generatedFiles(facts).join(", ")} contains generated rows: its measurements (lengths, duplicates) do not describe real rows.`,
    action: "scan a sample of real rows before the budget is approved",
  },
  {
    id: "data.few-rows",
    about: "fewer rows are planned than this kind of task needs",
    severity: ({ methodFacts }) => (hasRows(methodFacts) || isCorpusAlone(methodFacts) ? undefined : "high"),
    text: ({ methodFacts }) =>
      `${whole(methodFacts.rows)} rows are planned; a task of this kind usually needs ${whole(rowsNeeded(methodFacts))}.`,
    action: "plan more rows, or show with a learning curve over half and all of them that quality is still rising",
  },
  {
    id: "data.not-on-hand",
    about: "fewer training rows are on hand than planned",
    severity: (facts) => {
      const rows = rowsOnHand(facts);
      return rows > 0 && rows < facts.programme.data.plannedRows ? "medium" : undefined;
    },
    text: (facts) =>
      `${whole(rowsOnHand(facts))} of the ${whole(facts.programme.data.plannedRows)} planned rows are on hand, exact duplicates not counted.`,
    action: "plan the weeks for collecting and labelling the others, and scan again afterwards",
  },
  {
    id: "data.corpus-not-on-hand",
    about: "less of the corpus is on hand than planned",
    severity: (facts) => {
      const tokens = corpusOnHand(facts);
      return tokens > 0 && tokens < facts.programme.data.corpusTokens ? "medium" : undefined;
    },
    text: (facts) =>
      `${formatCount(corpusOnHand(facts))} of the ${formatCount(facts.programme.data.corpusTokens)} planned tokens of the corpus are on hand.`,
    action: "plan the weeks for collecting and cleaning the missing text, and scan again afterwards",
  },
  {
    id: "data.class-rows",
    about: "a class has fewer rows than classification needs",
    severity: (facts) => {
      const rows = smallestClass(facts)?.planned ?? Infinity;
      if (rows >= classRows(facts).least) return undefined;
      return rows < classRows(facts).least / 10 ? "high" : "medium";
    },
    text: (facts) => {
      const { name, path, onHand, planned } = smallestClass(facts)!;
      const { least, most } = classRows(facts);
      return `The smallest class, "${name}", has ${whole(onHand)} rows of ${path}, ${whole(planned)} of the planned rows at that share; a class usually needs ${whole(least)} to ${whole(most)}.`;
    },
    action: "collect rows of the small classes, or merge classes that need not be distinguished",
  },
  {
    id: "data.class-count",
    about: "the answers of the rows have more or fewer classes than task.classes states",
    severity: (facts) => (otherClasses(facts) === undefined ? undefined : "high"),
    text: (facts) => {
      const { paths, stated, names } = otherClasses(facts)!;
      const shown = names.slice(0, SHOWN_CLASSES).map((name) => `"${name}"`);
      const more = names.length > SHOWN_CLASSES ? ` and ${whole(names.length - SHOWN_CLASSES)} more` : "";
      return `task.classes states ${whole(stated)} classes, and the rows of ${paths.join(" and ")} have ${whole(names.length)}: ${shown.join(", ")}${more}. The rows that the task needs follow from the stated number.`;
    },
    action: "correct task.classes, or the labels of the rows",
  },
  {
    id: "data.class-imbalance",
    about: "the largest class has at least ten times as many rows as the smallest",
    severity: (facts) => ((mostUneven(facts)?.ratio ?? 0) >= IMBALANCE ? "medium" : undefined),
    text: (facts) => {
      const { path, largest, smallest, ratio } = mostUneven(facts)!;
      return `In ${path} class "${largest.name}" has ${whole(largest.rows)} rows and "${smallest.name}" ${whole(smallest.rows)}, ${whole(ratio)} to 1: accuracy hides errors in the small class.`;
    },
    action: "balance the classes by collecting or weighting, and score each class separately (macro F1)",
  },
  {
    id: "data.duplicates",
    about: "valid rows repeat an earlier one exactly",
    severity: (facts) => bySize(duplicateShare(facts), DUPLICATE_SHARE),
    text: (facts) =>
      `${percent(duplicateShare(facts))} of the valid rows repeat an earlier one exactly; near-duplicates are not counted yet.`,
    action: "drop exact duplicates, then look for near-duplicates",
  },
  {
    id: "data.broken",
    about: "rows are broken, empty or of an unknown format",
    severity: (facts) => bySize(brokenShare(facts), BROKEN_SHARE),
    text: (facts) =>
      `${percent(brokenShare(facts))} of the rows cannot be trained on; the dataset section names their lines.`,
    action: "correct the export at its source, then scan again",
  },
  {
    id: "data.cut-rows",
    about: "rows are longer than a training sequence",
    severity: (facts) => bySize(cutShare(facts), { low: 0.005, high: 0.1 }),
    text: (facts) =>
      `${percent(cutShare(facts))} of the rows are longer than ${whole(facts.programme.training.sequenceTokens)} tokens and would be truncated, often in the answer.`,
    action: "raise training.sequenceTokens, or shorten the rows",
  },
  {
    id: "data.cut-mean",
    about: "the stated mean length of a row exceeds a training sequence",
    severity: (facts) => (cutMean(facts) === undefined ? undefined : "high"),
    text: (facts) => `${sentence(cutMean(facts) ?? "")}.`,
    action: "raise training.sequenceTokens, or shorten the rows",
  },
  {
    id: "data.stated-tokens",
    about: "the stated mean length of a row differs from that of the rows on hand",
    severity: (facts) => {
      const differs = statedTokens(facts.programme, trainedFiles(facts, "train"))?.differs;
      return differs === "much" ? "high" : differs === "somewhat" ? "medium" : undefined;
    },
    text: (facts) => {
      const { stated, measured, rows } = statedTokens(facts.programme, trainedFiles(facts, "train"))!;
      return `The programme states a mean of ${whole(stated)} tokens per row; the ${counted(rows, "row")} on hand have ${whole(measured)}. The stated mean is used.`;
    },
    action: "scan rows like the planned ones, or correct data.meanTokens",
  },
  {
    id: "data.characters",
    about: "tokens were estimated from characters",
    severity: (facts) =>
      countedFiles(facts).some(({ tokens }) => tokens?.method === "characters") ? "low" : undefined,
    text: () => "Tokens were estimated from characters: their error is larger than that of a tokenizer.",
    action: "give the base model's tokenizer.json as data.tokenizer",
  },
  {
    id: "data.contamination",
    about: "there is no evidence that test questions are not among the training rows",
    severity: (facts) => (trainingFiles(facts).length > 0 && !isHeldAgainstTest(facts) ? "medium" : undefined),
    text: ({ curation }) =>
      curation?.contamination
        ? `Training rows were compared only with ${curation.contamination.against.join(", ")}, not with every file in the role eval: a leaked test set makes any score worthless.`
        : "Training rows were not checked against the test set and public benchmarks: a leaked test set makes any score worthless.",
    action: "decontaminate the training rows against the frozen test set before the first run",
  },
  {
    id: "data.no-test-set",
    about: "no file has the role eval",
    severity: (facts) => (filesWithRole(facts, "eval").length === 0 ? "medium" : undefined),
    text: ({ programme }) =>
      `No frozen test set is among the files; ${whole(programme.evaluation.frozenRows)} rows are planned for it.`,
    action: "set the test rows aside first, freeze and hash them, and list the file with role eval",
  },
];

function trainingFiles(facts: StudyFacts): StudyFacts["datasets"] {
  return trainedFiles(facts, "train", "preference", "corpus");
}

/** All units in which a study counts rows: trained rows, and the other files. */
function countedFiles(facts: StudyFacts): StudyFacts["datasets"] {
  return [...trainingFiles(facts), ...filesWithRole(facts, "eval", "replay")];
}

function generatedFiles({ programme }: StudyFacts): string[] {
  return programme.data.files.filter((file) => file.generated && file.role !== "eval").map((file) => file.path);
}

function rowsOnHand(facts: StudyFacts): number {
  return curatedRows(facts.curation) ?? trainedFiles(facts, "train").reduce((sum, file) => sum + file.trainableRows, 0);
}

/** Tokens of the corpus files, as counted or estimated by the scan. */
function corpusOnHand(facts: StudyFacts): number {
  return trainedFiles(facts, "corpus").reduce((sum, { tokens }) => sum + (tokens?.total ?? 0), 0);
}

function emptyFiles({ datasets }: StudyFacts): StudyFacts["datasets"] {
  return datasets.filter((file) => file.validRows === 0);
}

/** True if the trained rows were compared with every test file of the programme. */
function isHeldAgainstTest({ programme, curation }: StudyFacts): boolean {
  const against = new Set((curation?.contamination?.against ?? []).map(benchmarkFile));
  const tests = programme.data.files.filter(({ role }) => role === "eval").map(({ path }) => path);
  return curation?.state === "used" && tests.length > 0 && tests.every((path) => against.has(path));
}

/** Pairs of files with equal bytes and different roles. */
function sameFiles({ programme, datasets }: StudyFacts): [string, string][] {
  const roleOf = new Map(programme.data.files.map(({ path, role }) => [path, role]));
  return datasets.flatMap((file, index) =>
    datasets
      .slice(0, index)
      .filter(({ path, sha256 }) => sha256 === file.sha256 && roleOf.get(path) !== roleOf.get(file.path))
      .map(({ path }): [string, string] => [path, file.path]),
  );
}

type Classed = { path: string; largest: ClassCount; smallest: ClassCount; ratio: number; share: number };
type ClassCount = { name: string; rows: number };

/** Training files whose answers are classes. */
function classed(facts: StudyFacts): Classed[] {
  return trainedFiles(facts, "train").flatMap(({ path, classes, trainableRows }) => {
    if (classes === null) return [];
    const [largest, smallest] = [classes.counts[0]!, classes.counts.at(-1)!];
    return [{ path, largest, smallest, ratio: largest.rows / smallest.rows, share: smallest.rows / trainableRows }];
  });
}

/** Distinct classes of the training rows, if their number is not the stated one. */
function otherClasses(facts: StudyFacts): { paths: string[]; stated: number; names: string[] } | undefined {
  const { kind, classes: stated } = facts.programme.task;
  if (kind !== "classification" || stated === undefined) return undefined;
  const files = trainedFiles(facts, "train").filter(({ classes }) => classes !== null);
  const names = [...new Set(files.flatMap(({ classes }) => classes!.counts.map(({ name }) => name)))];
  return names.length === 0 || names.length === stated
    ? undefined
    : { paths: files.map(({ path }) => path), stated, names };
}

function mostUneven(facts: StudyFacts): Classed | undefined {
  return classed(facts).toSorted((a, b) => b.ratio - a.ratio)[0];
}

/** The class with the fewest rows: available ones, or its share of the planned ones if that is more. */
function smallestClass(facts: StudyFacts): { name: string; path: string; onHand: number; planned: number } | undefined {
  const [file] = classed(facts).toSorted((a, b) => a.share - b.share);
  if (file === undefined || facts.programme.task.kind !== "classification") return undefined;
  const { name, rows } = file.smallest;
  return {
    name,
    path: file.path,
    onHand: rows,
    planned: Math.max(rows, file.share * facts.programme.data.plannedRows),
  };
}

/** Usual minimum of rows per class. */
function classRows({ assumption }: StudyFacts): { least: number; most: number } {
  const { p10, p90 } = assumption("data-size.classification.rows-per-class");
  return { least: p10, most: p90 };
}

function duplicateShare(facts: StudyFacts): number {
  const files = trainingFiles(facts);
  const valid = files.reduce((sum, file) => sum + file.validRows, 0);
  return valid === 0 ? 0 : files.reduce((sum, file) => sum + file.duplicateRows, 0) / valid;
}

function brokenShare(facts: StudyFacts): number {
  const datasets = countedFiles(facts);
  const rows = datasets.reduce((sum, file) => sum + file.rows, 0);
  return rows === 0 ? 0 : datasets.reduce((sum, file) => sum + file.rows - file.validRows, 0) / rows;
}

/** Share of training rows in bins above the sequence length: a bin that spans it counts in proportion. */
/** A sentence on how much is truncated of rows of the stated mean. */
function cutMean({ programme: { data, training } }: StudyFacts): string | undefined {
  return data.meanTokens === undefined ? undefined : cutText({ meanTokens: data.meanTokens }, training.sequenceTokens);
}

function cutShare(facts: StudyFacts): number {
  const limit = facts.programme.training.sequenceTokens;
  let [all, above] = [0, 0];
  for (const { histogram } of trainedFiles(facts, "train")) {
    for (const { fromTokens, toTokens, rows } of histogram) {
      all += rows;
      if (fromTokens >= limit) above += rows;
      else if (toTokens > limit) above += (rows * (toTokens - limit)) / (toTokens - fromTokens);
    }
  }
  return all === 0 ? 0 : above / all;
}

function bySize(share: number, limits: { low: number; high: number }): "high" | "low" | undefined {
  if (share <= limits.low) return undefined;
  return share > limits.high ? "high" : "low";
}

function percent(share: number): string {
  const value = share * 100;
  return value > 0 && value < 0.1 ? "under 0.1 %" : `${formatCount(Number(value.toPrecision(2)))} %`;
}
