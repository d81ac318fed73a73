import { join } from "node:path";

import { canonicalJson, sha256 } from "../base/hash.ts";
import { JUDGED_FILE, type JudgedFile, readJudged, writeJudged } from "../curate/judge/judged-file.ts";
import type { Collect, CollectFrom } from "../curate/pipeline/collect.ts";
import type { PipelineStage } from "../domain/data-pipeline.ts";
import type { JudgeSummary } from "../domain/judge.ts";
import { judgeSetup, type JudgeSurroundings } from "./judge-setup.ts";

/** A stage that has a judge. */
type JudgedStage = Extract<PipelineStage, { stage: "quality" }>;

/** What was gathered for a stage. */
type Gathered = { file: JudgedFile; summary: JudgeSummary };

/**
 * Asks models what the stages of a pipeline are told, before each runs. Verdicts are kept in `.tunewright/judge`, in a
 * file named by the rows, options and files that they were given on; where that is there and no question is open, nobody
 * is asked again.
 *
 * @param onJudged  takes what was asked for a stage
 */
export function pipelineJudge(
  around: JudgeSurroundings,
  onJudged: (stage: string, summary: JudgeSummary) => void,
): Collect {
  return async (item, from) => {
    if (item.stage !== "quality" || item.judge === undefined) return new Map();
    const path = join(around.dir, ".tunewright", "judge", `${item.stage}-${nameOf(item, from)}.jsonl`);
    const known = await readJudged(path);
    if (known === undefined || known.open > 0) {
      const { file, summary } = await judgeRows(item, from, around);
      await writeJudged(path, file);
      onJudged(item.stage, summary);
    }
    return new Map([[JUDGED_FILE, path]]);
  };
}

function nameOf(item: JudgedStage, { digest, files }: CollectFrom): string {
  const hashes = Object.fromEntries([...files].map(([name, { sha256: hash }]) => [name, hash]));
  return sha256(canonicalJson({ item, digest, hashes })).slice(0, 16);
}

async function judgeRows(
  item: JudgedStage,
  { rows, files }: CollectFrom,
  around: JudgeSurroundings,
): Promise<Gathered> {
  const { judgementLines, judgeQuality } = await import("../curate/quality/judge-quality.ts");
  const { readWordList } = await import("../curate/quality/word-list.ts");
  const { stage: _stage, judge, words, ...options } = item;
  const list = words === undefined ? undefined : await readWordList(files.get(words)!.path);
  const setup = await judgeSetup(judge!, around);
  const { judgements, summary } = await judgeQuality(rows, { ...options, list, judge: judge! }, setup);
  return { file: judgementLines(judgements), summary };
}
