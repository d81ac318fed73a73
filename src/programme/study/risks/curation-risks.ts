import { counted, percent, sentence, whole } from "../../../base/words.ts";
import { redactionWarnings } from "../../../curate/pipeline/stage-order.ts";
import type { StudyCuration } from "../../../domain/study-curation.ts";
import type { StudyFacts } from "../study-facts.ts";
import { undeclaredPersonalData } from "../../data/undeclared-personal-data.ts";
import type { RiskRule } from "./risk-rule.ts";

/** Share of rows without training rights above which the dataset itself is doubtful; our threshold. */
const MOST_BLOCKED = 0.5;

/** Risks from the last run of the data pipeline. */
export const CURATION_RISKS: readonly RiskRule[] = [
  {
    id: "curation.stale",
    about: "the last data run does not match the current programme",
    severity: ({ curation }) => (curation?.state === "stale" ? "medium" : undefined),
    text: ({ curation }) =>
      `${sentence(`the last data run is not used: ${curation!.why.join("; ")}`)}. Estimates use the raw files.`,
    action: "run tunewright data run again, then this study",
  },
  {
    id: "curation.apart",
    about: "the rows of a data run cannot represent the training files",
    severity: ({ curation }) => {
      if (curation?.state !== "apart") return undefined;
      return curation.stages.at(-1)?.rowsKept === 0 ? "high" : "low";
    },
    text: ({ curation }) => `${sentence(`the rows of the last data run are not used: ${curation!.why.join("; ")}`)}.`,
    action: "check the dropped rows in the data report; run the pipeline over files of one role",
  },
  {
    id: "curation.rights",
    about: "rights block rows, or counsel must decide on them",
    severity: (facts) => {
      const share = stoppedShare(facts);
      if (share === 0) return undefined;
      return share >= MOST_BLOCKED ? "high" : "medium";
    },
    text: (facts) => {
      const { blocked, held } = facts.curation!.rights!;
      return `${counted(blocked, "row")} may not be trained on and ${whole(held)} wait for counsel, ${percent(stoppedShare(facts))} of the checked rows: the estimate excludes them.`;
    },
    action: "clear the rights with counsel, or plan with the remaining rows",
  },
  {
    id: "curation.counsel",
    about: "rows that counsel must check are among the training rows",
    severity: ({ curation }) => ((curation?.rights?.keptForCounsel ?? 0) > 0 ? "high" : undefined),
    text: ({ curation }) =>
      `${whole(curation!.rights!.keptForCounsel)} rows that counsel must check are among the training rows, because the stage rights was set to keep them.`,
    action: "let counsel decide on them, by name and date in the rights file, before the first run",
  },
  {
    id: "curation.order",
    about: "rows were compared with test sets after redaction",
    severity: ({ curation }) => (redactionWarnings(curation?.stages ?? []).length > 0 ? "medium" : undefined),
    text: ({ curation }) => `${sentence(redactionWarnings(curation!.stages)[0]!)}.`,
    action: "put decontaminate before redact in data.pipeline, and run tunewright data run again",
  },
  {
    id: "curation.test-leak",
    about: "training rows contained items of the test set",
    severity: (facts) => (testHits(facts).length === 0 ? undefined : leftHits(facts) > 0 ? "high" : "medium"),
    text: (facts) => {
      const hits = testHits(facts).map(
        ({ against, rows, items }) => `${counted(rows, "row")} contained ${counted(items, "item")} of ${against}`,
      );
      const left = leftHits(facts);
      const end = left > 0 ? `${whole(left)} rows with a hit were kept` : "they were dropped";
      return `${sentence(hits.join("; "))}: ${end}. Unless the source is corrected, test items will occur again.`;
    },
    action: "set the test rows aside at their source, and check the evidence in the data report",
  },
  {
    id: "curation.contamination",
    about: "rows contained items of a test or benchmark, but it is no longer known which",
    severity: ({ curation }) => {
      const found = curation?.contamination ?? null;
      return found !== null && found.hits === null && found.dropped > 0 ? "medium" : undefined;
    },
    text: ({ curation }) => {
      const { dropped, against } = curation!.contamination!;
      return `${counted(dropped, "row")} contained items of ${against.join(" or ")} and were dropped; gc removed the notes that say which.`;
    },
    action: "look at the data report of that time, or create the rows again with tunewright data run",
  },
  {
    id: "curation.benchmarks",
    about: "training rows contained items of public benchmarks",
    severity: (facts) => (benchmarkHits(facts).length === 0 ? undefined : "low"),
    text: (facts) =>
      `${sentence(
        benchmarkHits(facts)
          .map(({ against, rows }) => `${counted(rows, "row")} contained items of ${against}`)
          .join("; "),
      )}: a score on it means little unless they are removed.`,
    action: "look at the evidence in the data report before you quote a benchmark",
  },
  {
    id: "curation.parts",
    about: "the rows that passed contain both test rows and training rows",
    severity: ({ curation }) => (testRows(curation) > 0 ? "high" : undefined),
    text: ({ curation }) =>
      `${curation!.out} contains ${whole(testRows(curation))} rows of the parts test and validation together with the training rows. Training on this file makes the test worthless.`,
    action:
      "set part: train in the stage split, and create the other parts with separate runs or tunewright data split",
  },
  {
    id: "curation.undeclared-personal-data",
    about: "a data run found personal data that programme.yaml does not declare",
    severity: ({ programme, curation }) =>
      undeclaredPersonalData(programme, curation?.personalData) === undefined ? undefined : "high",
    text: ({ programme, curation }) =>
      `data.personalData is none, but ${undeclaredPersonalData(programme, curation?.personalData)}: duties, redaction and its cost are not planned.`,
    action: "look at the places in the data report, then declare them as data.personalData",
  },
  {
    id: "curation.personal-data",
    about: "the rows that passed may contain personal data",
    severity: ({ curation }) => {
      const found = curation?.personalData ?? null;
      if (found === null) return undefined;
      if (found.leaks > 0 && found.leaksKept) return "high";
      return found.review > 0 ? "low" : undefined;
    },
    text: ({ curation }) => {
      const { leaks, leaksKept, review } = curation!.personalData!;
      const kept = leaksKept && leaks > 0 ? `${whole(leaks)} rows with remaining personal data were kept; ` : "";
      return `${sentence(`${kept}${whole(review)} places that may be personal data were below the threshold and remain in the rows`)}.`;
    },
    action: "review these places: tunewright data redact writes them into a review file",
  },
];

/** The file of a benchmark as named by a stage: without the fields after a colon. */
export function benchmarkFile(against: string): string {
  return against.replace(/:(?:question|answer|passage)=.*$/, "");
}

function stoppedShare({ curation }: StudyFacts): number {
  const rights = curation?.rights;
  const judged = curation?.stages.find(({ stage }) => stage === "rights")?.rowsIn ?? 0;
  return rights && judged > 0 ? (rights.blocked + rights.held) / judged : 0;
}

type Hits = NonNullable<NonNullable<StudyCuration["contamination"]>["hits"]>;

function hitsOf({ curation, programme }: StudyFacts, isTest: boolean): Hits {
  const tests = programme.data.files.filter(({ role }) => role === "eval").map(({ path }) => path);
  const isOne = (against: string): boolean =>
    tests.some((path) => path === benchmarkFile(against) || path.endsWith(`/${benchmarkFile(against)}`));
  return (curation?.contamination?.hits ?? []).filter(({ against }) => isOne(against) === isTest);
}

function testHits(facts: StudyFacts): Hits {
  return hitsOf(facts, true);
}

function benchmarkHits(facts: StudyFacts): Hits {
  return hitsOf(facts, false);
}

/** Rows with hits that a verdict kept: a lower bound, because a row may hit several benchmarks. */
function leftHits({ curation }: StudyFacts): number {
  const { hits, dropped } = curation!.contamination!;
  return Math.max(0, Math.max(0, ...(hits ?? []).map(({ rows }) => rows)) - dropped);
}

function testRows(curation: StudyCuration | null): number {
  if (curation === null || !curation.isParted) return 0;
  return (curation.parts ?? []).filter(({ part }) => part !== "train").reduce((sum, { rows }) => sum + rows, 0);
}
