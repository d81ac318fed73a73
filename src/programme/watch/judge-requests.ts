import { rm } from "node:fs/promises";
import { join } from "node:path";

import type { Clock } from "../../base/clock.ts";
import { Failure, namingFile } from "../../base/failure.ts";
import { sha256 } from "../../base/hash.ts";
import { judgeQuestions, planQuestions } from "../../curate/judge/judge-questions.ts";
import type { Question } from "../../curate/judge/question.ts";
import type { JudgeEndpoint, JudgePlan, UnjudgedReason } from "../../domain/judge.ts";
import type { WatchedRequest } from "../../domain/watch-import.ts";
import type { WatchJudged, WatchVerdict } from "../../domain/watch-judge.ts";
import { batchOf, batchStart } from "../../watch/batches.ts";
import { chosen } from "../../watch/distance-series.ts";
import { judgeSetup } from "../data-run/judge-setup.ts";
import { postJournals } from "../paid-calls/post-journals.ts";
import { GROUNDED_PROMPT, groundedQuestion } from "./grounded-prompt.ts";
import { ANSWERS, judgedFolder, judgedRequests, readVerdicts, writeVerdicts } from "./judged-requests.ts";
import { readWatchFile, type ReadWatchFile, watchPath } from "./read-watch-file.ts";
import { measuredRequests, textsOfRequests } from "./traffic-folder.ts";

/** Dependencies of judging. */
export type JudgeRequests = {
  programmeDir: string;
  name: string;
  isDryRun: boolean;
  env: Readonly<Record<string, string | undefined>>;
  now: Clock;
  untilInterrupted: <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
  agree: (plan: JudgePlan) => Promise<boolean>;
  onProgress: (fraction: number) => void;
};

/**
 * Asks the judge of a monitor whether the prompt supports the answer, for a random sample of the requests of each
 * completed batch and for every request that people labelled. A model judges a request once; `maxUsd` is the cap of one
 * run. If killed, the same command continues; the answers of the judge are deleted once its verdicts are stored.
 *
 * @throws Failure bad_input if the monitor has no judge, or asking is not confirmed; those of reading and of asking
 */
export async function judgeRequests(request: JudgeRequests): Promise<WatchJudged> {
  const { programmeDir, name, isDryRun } = request;
  const read = await readWatchFile(programmeDir, name);
  const { judge } = read.file;
  if (judge === undefined) {
    throw new Failure("bad_input", `${watchPath(name)} names no judge`, {
      hint: "add judge: with url and model, as docs/guides/watch.md shows",
    });
  }
  const known = await readVerdicts(programmeDir, read);
  const sample = await sampled(request, read);
  const open = sample.filter(({ id }) => known.get(id)?.ungrounded === undefined);
  const texts = await textsOfRequests(programmeDir, new Set(open.map(({ id }) => id)));
  const questions = new Map<string, Question>();
  for (const { id } of open) if (texts.has(id)) questions.set(id, groundedQuestion(texts.get(id)!, judge));
  const folder = judgedFolder(programmeDir, name);
  const setup = await namingFile(watchPath(name), () => judgeSetup(judge, { ...request, dir: programmeDir }));
  const how = { setup: { ...setup, journal: join(folder, ANSWERS) }, prompt: GROUNDED_PROMPT };
  const all = async function* (): AsyncGenerator<Question> {
    yield* questions.values();
  };
  const counts = {
    watch: name,
    sampled: sample.length,
    known: sample.length - open.length,
    withoutText: open.length - questions.size,
  };
  if (isDryRun) {
    return { ...counts, plan: await planQuestions(all, judge, how), judge: null, verdicts: known.size };
  }
  const { verdictOf, summary } = await judgeQuestions(all, judge, how);
  const run = sha256(
    [...questions.values()]
      .map(({ key }) => key)
      .toSorted()
      .join(" "),
  ).slice(0, 16);
  await postJournals(
    { programmeDir, env: request.env, now: request.now },
    // Its answers are deleted below, so a later run counts its calls anew.
    { purpose: `watch/${name}/${run}`, activity: "evaluation", model: judge.model, journals: [how.setup.journal] },
  );
  for (const [id, { key }] of questions) {
    const verdict = verdictOf(key);
    const isOpen = "unjudged" in verdict && ASK_AGAIN.has(verdict.unjudged);
    if (!isOpen) known.set(id, verdictRow(id, "value" in verdict ? verdict.value : null, judge));
  }
  await writeVerdicts(folder, [...known.values()]);
  await rm(join(folder, ANSWERS), { force: true });
  return { ...counts, plan: null, judge: summary, verdicts: known.size };
}

/** Reasons for which a later run asks again: no answer was paid for. */
const ASK_AGAIN: ReadonlySet<UnjudgedReason> = new Set(["no-answer", "over-cap"]);

function verdictRow(id: string, ungrounded: number | null, { model }: JudgeEndpoint): WatchVerdict {
  return { id, ungrounded, model, prompt: GROUNDED_PROMPT.name };
}

/** The requests to be judged: a sample of each completed batch, and those with a label. */
async function sampled({ programmeDir, now }: JudgeRequests, read: ReadWatchFile): Promise<WatchedRequest[]> {
  const { file } = read;
  const { judged } = await judgedRequests(programmeDir, read);
  const labelled = judged.labels.ungrounded ?? new Map<string, number>();
  const batches = new Map<number, WatchedRequest[]>();
  for (const request of await measuredRequests(programmeDir, { from: file.reference.from })) {
    if (!request.hasText || (file.model !== undefined && request.model !== file.model)) continue;
    const index = batchOf(request.timeMs, file.batch);
    if (batchStart(index + 1, file.batch) > now().getTime()) continue;
    const rows = batches.get(index);
    if (rows === undefined) batches.set(index, [request]);
    else rows.push(request);
  }
  return [...batches.values()].flatMap((rows) => {
    const drawn = new Set(chosen(rows, file.sample));
    return rows.filter((request) => drawn.has(request) || labelled.has(request.id));
  });
}
