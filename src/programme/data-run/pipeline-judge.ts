import { join } from "node:path";

import { namingFile } from "../../base/failure.ts";
import { canonicalJson, sha256 } from "../../base/hash.ts";
import { JUDGED_FILE, type JudgedFile, readJudged, writeJudged } from "../../curate/judge/judged-file.ts";
import type { Collect, CollectFrom } from "../../curate/pipeline/collect.ts";
import type { PipelineStage } from "../../domain/data-pipeline.ts";
import type { JudgeSummary } from "../../domain/judge.ts";
import { PROGRAMME_FILE } from "../reading/read-programme.ts";
import { judgeSetup, type JudgeSurroundings } from "./judge-setup.ts";

/** Stages that may have a judge. */
type Item<Name extends string> = Extract<PipelineStage, { stage: Name }>;
type JudgedStage = Item<"quality"> | Item<"decontaminate">;

/** Verdicts collected for a stage. */
type Gathered = { file: JudgedFile; summary: JudgeSummary };

/**
 * Collects verdicts of models for the stages of a pipeline, before each runs. They are stored in `.tunewright/judge`,
 * in a file named after the rows, options and files that they depend on; if it exists and no question is open, no model
 * is asked. Verdicts on contamination are also added to the stage's file of verdicts, if it names one.
 *
 * @param onJudged called with the model usage of a stage
 */
export function pipelineJudge(
  around: JudgeSurroundings,
  onJudged: (stage: string, summary: JudgeSummary) => void,
): Collect {
  return async (item, from) => {
    if ((item.stage !== "quality" && item.stage !== "decontaminate") || item.judge === undefined) return new Map();
    const path = await judgedPath(around.dir, item, from);
    const known = await readJudged(path);
    if (known === undefined || known.open > 0) {
      const { file, summary } =
        item.stage === "quality" ? await judgeQualityRows(item, from, around) : await judgeNearRows(item, from, around);
      await writeJudged(path, file);
      onJudged(item.stage, summary);
    }
    const verdicts = item.stage === "decontaminate" ? item.verdicts : undefined;
    const store = verdicts === undefined ? [] : [[verdicts, from.files.get(verdicts)!.path] as const];
    return new Map([[JUDGED_FILE, path], ...store]); // the store as well: additions changed its hash
  };
}

/** File with the verdicts for a stage. Verdicts that models add to the file of verdicts do not change its name. */
async function judgedPath(dir: string, item: JudgedStage, { digest, files }: CollectFrom): Promise<string> {
  const hashes = Object.fromEntries([...files].map(([name, { sha256: hash }]) => [name, hash]));
  if (item.stage === "decontaminate" && item.verdicts !== undefined) {
    const { readVerdicts } = await import("../../curate/decontaminate/verdicts.ts");
    const all = [...(await readVerdicts(files.get(item.verdicts)!.path)).values()];
    hashes[item.verdicts] = sha256(canonicalJson(all.filter(({ model }) => model === undefined)));
  }
  const name = sha256(canonicalJson({ item, digest, hashes })).slice(0, 16);
  return join(dir, ".tunewright", "judge", `${item.stage}-${name}.jsonl`);
}

async function judgeQualityRows(
  item: Item<"quality">,
  { rows, files }: CollectFrom,
  around: JudgeSurroundings,
): Promise<Gathered> {
  const { judgementLines, judgeQuality } = await import("../../curate/quality/judge-quality.ts");
  const { readWordList } = await import("../../curate/quality/word-list.ts");
  const { stage: _stage, judge, words, ...options } = item;
  const list = words === undefined ? undefined : await readWordList(files.get(words)!.path);
  const setup = await namingFile(PROGRAMME_FILE, () => judgeSetup(judge!, around));
  const { judgements, summary } = await judgeQuality(rows, { ...options, list, judge: judge! }, setup);
  return { file: judgementLines(judgements), summary };
}

async function judgeNearRows(
  item: Item<"decontaminate">,
  { rows, files }: CollectFrom,
  around: JudgeSurroundings,
): Promise<Gathered> {
  const { judgeRephrases, rephraseLines } = await import("../../curate/decontaminate/judge-rephrases.ts");
  const { loadDecontaminator } = await import("../../curate/decontaminate/load-decontaminator.ts");
  const { addVerdicts, newVerdicts } = await import("../../curate/decontaminate/verdicts.ts");
  const { stage: _stage, ...options } = item;
  const loaded = await loadDecontaminator(options, { pathOf: (name) => files.get(name)!.path });
  const setup = await namingFile(PROGRAMME_FILE, () => judgeSetup(item.judge!, around));
  const input = { ...loaded, verdicts: loaded.known, rows, options: { ...options, judge: item.judge! } };
  const judged = await judgeRephrases(input, setup);
  const added = newVerdicts(judged.verdicts, loaded.known ?? new Map());
  if (item.verdicts !== undefined && added.length > 0) await addVerdicts(files.get(item.verdicts)!.path, added);
  return { file: rephraseLines(judged), summary: judged.summary };
}
