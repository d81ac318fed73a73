import { existsSync } from "node:fs";
import { resolve } from "node:path";

import { commandLine } from "../../base/command-line.ts";
import type { Context } from "../../base/context.ts";
import { Failure } from "../../base/failure.ts";
import { benchmarkUse } from "../../curate/decontaminate/benchmark-tally.ts";
import { decontaminateFiles } from "../../curate/decontaminate/decontaminate-files.ts";
import { benchmarkUseText } from "../../curate/decontaminate/decontaminate-text.ts";
import { type Decontaminator, decontaminator } from "../../curate/decontaminate/decontaminator.ts";
import { judgeRephrases, planRephrases, type RephraseInput } from "../../curate/decontaminate/judge-rephrases.ts";
import { loadDecontaminator } from "../../curate/decontaminate/load-decontaminator.ts";
import { addVerdicts, newVerdicts } from "../../curate/decontaminate/verdicts.ts";
import { judgeEnding, judgeLines } from "../../curate/judge/judge-text.ts";
import { readShards } from "../../curate/pipeline/reading/read-shards.ts";
import { sourceNames } from "../../curate/pipeline/reading/source-names.ts";
import type { ContaminatedRow, DecontaminateOutcome, HitVerdict } from "../../domain/decontaminate.ts";
import type { DecontaminateRequest } from "../../domain/decontaminate-request.ts";
import type { JudgeEndpoint, JudgePlan } from "../../domain/judge.ts";
import type { Stated } from "../../domain/run-request.ts";
import { judgeOf, judgeSetupOf } from "../data-run/stated-judge.ts";

/** Reason why judging ended early, if it did. */
type Ending = ReturnType<typeof judgeEnding>;

/** Rows with hits as they are found, and a function for the result, which reads the remaining rows. */
export type Decontaminated = {
  rows: AsyncIterable<ContaminatedRow>;
  outcome: () => Promise<DecontaminateOutcome>;
  ended: Ending;
};

type Loaded = Awaited<ReturnType<typeof loadDecontaminator>>;

/**
 * Finds rows that contain an item of the benchmarks, and writes the others if a file is named.
 *
 * @returns with `judgeDryRun`, the questions for a model
 * @throws Failure bad_input without a file or a benchmark, and for a file that must not be overwritten
 */
export async function decontaminate(
  context: Context,
  { request, stated }: Stated<DecontaminateRequest>,
): Promise<Decontaminated | { plan: JudgePlan }> {
  const { file, out, dropped } = request;
  requireInput(request);
  const judge = judgeOf(request, stated);
  const loaded = await prepare(context, request);
  const input = judge && rephraseInput(context.cwd, request, { ...loaded, judge });
  if (request.judgeDryRun && input !== undefined)
    return { plan: await planRephrases(input, await judgeSetupOf(context, input.options.judge)) };
  for (const path of [out, dropped]) if (path !== undefined) await mayWrite(context, path);
  const judged = input === undefined ? undefined : await judgedHits(context, request, input);
  const here = (path: string): string => resolve(context.cwd, path);
  const outcomes: DecontaminateOutcome[] = [];
  const rows = decontaminateFiles(file.map(here), {
    benchmarks: loaded.benchmarks,
    hitsOf: (judged ?? loaded).hitsOf,
    out: out === undefined ? undefined : here(out),
    dropped: dropped === undefined ? undefined : here(dropped),
    overwrite: true,
    delimiter: request.delimiter,
    textFields: request.textField,
    onWarning: (warning) => context.note(`warning: ${warning}`),
    onProgress: (fraction) => context.progress("looking for items of benchmarks", fraction),
    onOutcome: (outcome) => outcomes.push(outcome),
  });
  const outcome = async (): Promise<DecontaminateOutcome> => {
    while ((await rows.next()).done !== true);
    return outcomes[0]!;
  };
  return { rows, outcome, ended: judged?.ended };
}

function requireInput({ file, against }: DecontaminateRequest): void {
  if (file.length > 0 && against.length > 0) return;
  const message = file.length === 0 ? "no input file" : "no benchmark to compare with: expected --against";
  const hint = commandLine(["data", "decontaminate", file[0] ?? "FILE", "--against", against[0] ?? "BENCHMARK"]);
  throw new Failure("bad_input", message, { hint });
}

/** Reads and indexes the benchmarks, and reports how they were read. */
async function prepare(
  { cwd, note }: Context,
  { against, method, minScore, textField: textFields, vectorField, verdicts }: DecontaminateRequest,
): Promise<Loaded> {
  const pathOf = (name: string): string => resolve(cwd, name);
  const loaded = await loadDecontaminator({ against, method, minScore, textFields, vectorField, verdicts }, { pathOf });
  for (const benchmark of loaded.benchmarks) note(benchmarkUseText(benchmarkUse(benchmark)));
  return loaded;
}

async function mayWrite({ cwd, confirm }: Context, path: string): Promise<void> {
  if (!existsSync(resolve(cwd, path)) || (await confirm(`${path} already exists. Replace it?`))) return;
  throw new Failure("bad_input", `${path} already exists`, { hint: "name another file, or add --yes to replace it" });
}

/** Rows and benchmarks in the form of questions for a model. */
function rephraseInput(
  cwd: string,
  { file, method, textField: textFields, vectorField, delimiter, judgeTopK: topK }: DecontaminateRequest,
  { judge, known, ...loaded }: Loaded & { judge: JudgeEndpoint },
): RephraseInput {
  return {
    ...loaded,
    verdicts: known,
    options: { method, textFields, vectorField, judge: { ...judge, topK } },
    rows: async function* () {
      const names = sourceNames(file);
      const sources = file.map((path, index) => ({ path: resolve(cwd, path), source: names[index]!, delimiter }));
      for await (const { rows } of readShards(sources)) yield rows;
    },
  };
}

/** Asks a model about rows near the items; its verdicts are added to the file of verdicts, if one is named. */
async function judgedHits(
  context: Context,
  { verdicts: path, method, minScore, textField: textFields, vectorField }: DecontaminateRequest,
  input: RephraseInput,
): Promise<{ hitsOf: Decontaminator; ended: Ending }> {
  const { pairs, verdicts, summary } = await judgeRephrases(input, await judgeSetupOf(context, input.options.judge));
  for (const line of judgeLines(summary)) context.note(line);
  const known = input.verdicts ?? new Map<string, HitVerdict>();
  const added = newVerdicts(verdicts, known);
  if (path !== undefined && added.length > 0) await addVerdicts(resolve(context.cwd, path), added);
  const hitsOf = await decontaminator({
    benchmarks: input.benchmarks,
    method,
    minScore,
    textFields,
    vectorField,
    verdicts: new Map([...known, ...added.map((verdict) => [verdict.key, verdict] as const)]),
    judged: pairs,
  });
  return { hitsOf, ended: judgeEnding(summary) };
}
