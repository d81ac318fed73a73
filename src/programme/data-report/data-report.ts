import { existsSync } from "node:fs";
import { resolve } from "node:path";

import { hashFile } from "../../base/hash-file.ts";
import { readText } from "../../base/read-text.ts";
import { profileDataset } from "../../curate/profile/profile.ts";
import { countKept } from "../../curate/report/count-kept.ts";
import { sampledFunnel } from "../../curate/report/masked-funnel.ts";
import { sampleMask } from "../../curate/report/sample-mask.ts";
import { holdsRows } from "../../curate/report/stage-rows.ts";
import { sumJudge } from "../../curate/report/sum-judge.ts";
import { stageTokens } from "../../curate/report/stage-tokens.ts";
import { sumNotes } from "../../curate/report/sum-notes.ts";
import type { StageFolder } from "../../curate/pipeline/lineage/row-lineage.ts";
import { parseRights } from "../../curate/rights/read-rights.ts";
import type { CostLine } from "../../domain/cost.ts";
import type { LineageStage } from "../../domain/data-lineage.ts";
import type { DataReport } from "../../domain/data-report.ts";
import type { QualityJudge } from "../../domain/judge.ts";
import type { RightsFile } from "../../domain/rights.ts";
import { changedSince } from "../data-run/changed-since.ts";
import { judgeSpend } from "../data-run/judge-spend.ts";
import { programmeCosts } from "../cost/programme-costs.ts";
import { dataLineage } from "../data-run/data-lineage.ts";
import { datasheetFacts } from "./data-report-datasheet.ts";
import { findTokenizer } from "../data/find-tokenizer.ts";
import { rowProblems } from "../reading/programme-problems.ts";
import { type LoadedProgramme, readProgramme } from "../reading/read-programme.ts";
import { withUndeclared } from "../data/undeclared-personal-data.ts";

/** Input of a data report. */
export type DataReportOptions = {
  /** Day of the report and of the plan's prices. */
  on: string;
  /** Folder of the Hub cache, for the tokenizer of the model. */
  hubCache: string | undefined;
  /** Tunewright and its version. */
  tool: string;
  /** Show rows that the stage redact did not process unmasked. */
  rawSamples?: boolean | undefined;
  onStep: (step: string) => void;
};

/** Cost lines of the plan whose work is done by stages of the pipeline. */
const WORK: Readonly<Record<string, readonly string[]>> = {
  "cost.data.rights": ["rights"],
  "cost.data.redaction": ["redact"],
  "cost.data.decontamination": ["decontaminate", "dedup", "exact", "split"],
};

/** Contents that missing stages would supply. */
const TELLS: Readonly<Record<string, string>> = {
  rights: "which rows may be trained on",
  redact: "which personal data the rows contain",
  dedup: "which rows are duplicates",
  decontaminate: "which rows contain items of a benchmark or of the test set",
  quality: "which rows are not worth training on",
  split: "which rows are for training and which for testing",
};

/**
 * Report on the last run of a programme's pipeline: dropped rows with reasons, the rights, personal data, duplicates
 * and contamination that its stages noted, the profile of the output rows, and the plan's cost lines with the time that
 * the stages took.
 *
 * @throws Failure not_found if there was no run; outside if an artefact is damaged
 */
export async function dataReport(
  dir: string,
  { on, tool, hubCache, rawSamples = false, onStep }: DataReportOptions,
): Promise<DataReport> {
  onStep("reading the output of the stages");
  const loaded = await readProgramme(dir, on, { needsPlan: false });
  const { lineage, folders } = await dataLineage(dir);
  const { sources, stages } = lineage;
  const { changed, outState } = await changedSince(dir, lineage);
  const whole = await holdsRows(folders);
  const removed = folders.filter((folder) => !whole.includes(folder)).map(({ stage }) => stage);
  const redact = stages.find(({ stage }) => stage === "redact");
  const mask = rawSamples ? undefined : sampleMask(redact?.options);
  const funnel = await sampledFunnel(folders, mask);
  const notes = await sumNotes(whole, mask);
  onStep("examining the rows that passed");
  const { out } = lineage;
  const profile =
    out === null || outState !== "as-written" || out.rows === 0 ? null : await profileDataset(resolve(dir, out.path));
  const kept = await countKept(folders.at(-1)!);
  const tokens = await stageTokens(folders, await findTokenizer(loaded, hubCache));
  onStep("comparing with the plan");
  const isPlanned = rowProblems(loaded.programme).length === 0;
  const lines = isPlanned ? (await programmeCosts(dir, { on, hubCache })).cost.lines : [];
  const report: Omit<DataReport, "datasheet"> = {
    programme: lineage.name,
    on,
    tool,
    sources,
    samples: rawSamples ? "raw" : "masked",
    changed,
    outState,
    removed,
    funnel,
    tokens,
    artefacts: stages.map(({ stage, version, artefact, sha256 }) => ({ stage, version, artefact, sha256 })),
    judged: await judgedRows(dir, stages, whole),
    ...notes,
    ...kept,
    profile: profile === null ? null : { ...profile, path: lineage.out!.path },
    costs: withUndeclared(lines, loaded.programme, notes.personalData)
      .filter(({ category }) => category === "data")
      .map((line) => costOf(line, stages)),
    missing: [
      ...missingOf(stages, removed),
      ...(isPlanned ? [] : ["the cost of work on data: no rows are planned (data.plannedRows)"]),
    ],
  };
  const rights = await rightsAsRead(loaded, stages);
  const isStated = (field: readonly string[]): boolean => loaded.origin(field).kind === "user";
  return {
    ...report,
    datasheet: datasheetFacts({
      report,
      lineage,
      programme: loaded.programme,
      rights,
      isStated,
      isOutAsWritten: outState === "as-written",
    }),
  };
}

/** Facts that the report cannot state, because a stage did not run or gc removed its rows. */
function missingOf(stages: readonly LineageStage[], removed: readonly string[]): string[] {
  const unknown = Object.entries(TELLS).flatMap(([stage, what]) => {
    if (removed.includes(stage)) return [`${what}: gc removed the rows of stage ${stage}`];
    return stages.some((entry) => entry.stage === stage) ? [] : [`${what}: stage ${stage} did not run`];
  });
  const unseen = stages.filter(({ stage, dropped }) => removed.includes(stage) && dropped.length > 0);
  return [...unknown, ...unseen.map(({ stage }) => `examples of the rows that ${stage} dropped: gc removed them`)];
}

/** Verdicts of a model on the rows of the stage `quality`; null if none was asked, or gc removed them. */
async function judgedRows(
  dir: string,
  stages: readonly LineageStage[],
  folders: readonly StageFolder[],
): Promise<DataReport["judged"]> {
  const stage = stages.find((stage) => stage.stage === "quality");
  const judge = stage?.options["judge"] as QualityJudge | undefined;
  const folder = folders.find((folder) => folder.stage === "quality");
  if (stage === undefined || judge === undefined || folder === undefined) return null;
  const spentUsd = judge.free ? null : await judgeSpend(dir, stage);
  return { model: judge.model, ...(await sumJudge(folder)), spentUsd };
}

/** The rights file as the run read it; null if it read none, or the file is missing or changed. */
async function rightsAsRead(
  { dir, resolve: resolveIn }: LoadedProgramme,
  stages: readonly LineageStage[],
): Promise<RightsFile["sources"] | null> {
  const stage = stages.find((stage) => stage.stage === "rights");
  const name = stage?.options["rights"];
  if (stage === undefined || typeof name !== "string" || !existsSync(resolve(dir, name))) return null;
  const path = await resolveIn(name);
  if ((await hashFile(path)) !== stage.files[name]) return null;
  return parseRights(await readText(path, { shown: name }), name).sources;
}

function costOf({ id, label, cost, reason }: CostLine, stages: readonly LineageStage[]): DataReport["costs"][number] {
  const mine = stages.filter(({ stage }) => WORK[id]?.includes(stage));
  const seconds = mine.map(({ startedAt, endedAt }) => (Date.parse(endedAt) - Date.parse(startedAt)) / 1000);
  const machineSec = mine.length === 0 ? null : seconds.reduce((sum, second) => sum + second, 0);
  return { id, label, planned: cost, reason, machineSec };
}
