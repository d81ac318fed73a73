import { resolve } from "node:path";

import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { Failure } from "../../base/failure.ts";
import { Delimiter } from "../../domain/dataset-profile.ts";
import {
  BenchmarkContamination,
  ContaminatedRow,
  DecontaminateOptions,
  type DecontaminateOutcome,
  HitVerdict,
} from "../../domain/decontaminate.ts";
import { type JudgeEndpoint, JudgePlan, RephraseJudge } from "../../domain/judge.ts";
import type { Decontaminator } from "../../curate/decontaminate/decontaminator.ts";
import type { RephraseInput } from "../../curate/decontaminate/judge-rephrases.ts";
import type { loadDecontaminator } from "../../curate/decontaminate/load-decontaminator.ts";
import { type Answer, defineCommand } from "../command.ts";
import { DATASET_FILES } from "../dataset-files.ts";
import type { Io } from "../io.ts";
import { JUDGE_FLAGS, judgeOf, judgeSetupOf } from "../judge-flags.ts";

const Options = z.strictObject({
  file: z.array(z.string().min(1)).default([]).describe(DATASET_FILES),
  against: z.array(z.string().min(1)).default([]).describe(DecontaminateOptions.shape.against.description!),
  method: DecontaminateOptions.shape.method,
  minScore: z.coerce.number().min(0).max(1).optional().describe(DecontaminateOptions.shape.minScore.description!),
  textField: DecontaminateOptions.shape.textFields,
  vectorField: DecontaminateOptions.shape.vectorField,
  delimiter: Delimiter.optional().describe(
    "What parts the fields of CSV files; found by their first rows where left out",
  ),
  out: z.string().min(1).optional().describe("File for the rows that stay, as JSONL"),
  dropped: z.string().min(1).optional().describe("File for the rows that do not, each with its hit, as JSONL"),
  byItem: z.boolean().default(false).describe("Show which items of each benchmark the rows hold"),
  verdicts: DecontaminateOptions.shape.verdicts,
  keep: z
    .array(z.string())
    .optional()
    .describe("Key of a hit that may stay: write the verdict, with --reason and --by"),
  drop: z.array(z.string()).optional().describe("Key of a hit that must go: write the verdict, with --reason and --by"),
  reason: z.string().min(1).optional().describe("Why a hit may stay or must go"),
  by: z.string().min(1).optional().describe("Who decided it"),
  ...JUDGE_FLAGS,
  judgeTopK: RephraseJudge.shape.topK,
});
type Options = z.infer<typeof Options>;

/** `tunewright data decontaminate`: rows that hold items of benchmarks or of a test set. */
export default defineCommand({
  description:
    "Find the rows that hold an item of a benchmark, a test set or a replay set, each with the text that gives it away; drop them with --out. Verdicts on hits are kept in a file and hold for later runs. With --judge a model is asked which rows near an item are the item in other words, which no rule over words finds.",
  args: ["file"],
  options: Options,
  output: z
    .union([ContaminatedRow, BenchmarkContamination, z.array(HitVerdict), JudgePlan])
    .describe(
      "one line per row with hits, in their order; one per benchmark with --by-item; the verdicts that were written with --keep or --drop; with --judge-dry-run what a model would be asked",
    ),
  examples: [
    "data decontaminate train.jsonl --against HumanEval.jsonl.gz --against gsm8k_test.jsonl",
    "data decontaminate train.jsonl --against test.jsonl:question=body,answer=queue --out clean.jsonl",
    "data decontaminate train.jsonl --against mmlu.parquet --method ngram-13 --by-item",
    "data decontaminate --verdicts verdicts.jsonl --keep 0123456789abcdef --reason 'a public proverb' --by Finance",
    "data decontaminate train.jsonl --against gsm8k_test.jsonl --judge https://api.openai.com --judge-model gpt-4o-mini --judge-dry-run",
  ],
  run: async (io, options, given) => {
    if (options.keep !== undefined || options.drop !== undefined) return decide(io, options);
    const { file, against, out, dropped, byItem } = options;
    mustHave(options);
    const judge = judgeOf(options, given);
    const loaded = await prepare(io, options);
    const { benchmarks } = loaded;
    const input = judge && rephraseInput(io, options, { ...loaded, judge });
    if (options.judgeDryRun && input !== undefined) return dryRun(io, input);
    const { decontaminateFiles } = await import("../../curate/decontaminate/decontaminate-files.ts");
    const { byItemText, decontaminateText } = await import("../../curate/decontaminate/decontaminate-text.ts");
    for (const path of [out, dropped]) if (path !== undefined) await mayWrite(io, path);
    const asked = input === undefined ? undefined : await judged(io, options, input);
    const outcomes: DecontaminateOutcome[] = [];
    const rows = decontaminateFiles(
      file.map((path) => resolve(io.cwd, path)),
      {
        benchmarks,
        hitsOf: (asked ?? loaded).hitsOf,
        out: out === undefined ? undefined : resolve(io.cwd, out),
        dropped: dropped === undefined ? undefined : resolve(io.cwd, dropped),
        overwrite: true,
        delimiter: options.delimiter,
        textFields: options.textField,
        onWarning: (warning) => io.note(`warning: ${warning}`),
        onProgress: (fraction) => io.progress("looking for items of benchmarks", fraction),
        onOutcome: (outcome) => outcomes.push(outcome),
      },
    );
    const ended = async (): Promise<DecontaminateOutcome> => {
      while ((await rows.next()).done !== true);
      return outcomes[0]!;
    };
    const again = ["data", "decontaminate", ...file, ...against.flatMap((each) => ["--against", each])];
    return {
      json: byItem ? itemLines(ended) : rows,
      text: () => "",
      lines: async function* () {
        const outcome = await ended();
        yield byItem ? byItemText(outcome.benchmarks) : decontaminateText(outcome);
      },
      ...(asked?.ended === undefined ? {} : { ended: asked.ended }),
      ...(out === undefined && judge === undefined ? { next: commandLine([...again, "--out", "clean.jsonl"]) } : {}),
    };
  },
});

/** Rows and benchmarks as a model is asked about them. */
function rephraseInput(
  io: Io,
  { file, method, textField: textFields, vectorField, delimiter, judgeTopK: topK }: Options,
  { judge, known, ...loaded }: Loaded & { judge: JudgeEndpoint },
): RephraseInput {
  return {
    ...loaded,
    verdicts: known,
    options: { method, textFields, vectorField, judge: { ...judge, topK } },
    rows: async function* () {
      const { readShards } = await import("../../curate/pipeline/reading/read-shards.ts");
      const { sourceNames } = await import("../../curate/pipeline/reading/source-names.ts");
      const names = sourceNames(file);
      const sources = file.map((path, index) => ({ path: resolve(io.cwd, path), source: names[index]!, delimiter }));
      for await (const { rows } of readShards(sources)) yield rows;
    },
  };
}

/** What a model would be asked, and what that would cost. */
async function dryRun(io: Io, input: RephraseInput): Promise<Answer<JudgePlan>> {
  const { planRephrases } = await import("../../curate/decontaminate/judge-rephrases.ts");
  const { judgePlanText } = await import("../../curate/judge/judge-text.ts");
  const plan = await planRephrases(input, await judgeSetupOf(io, input.options.judge));
  return { json: plan, text: () => judgePlanText(plan) };
}

/** Has a model judge the rows near the items; its verdicts go into the file of verdicts, where one is named. */
async function judged(
  io: Io,
  { verdicts: path, ...options }: Options,
  input: RephraseInput,
): Promise<{ hitsOf: Decontaminator; ended: Answer["ended"] }> {
  const { judgeRephrases } = await import("../../curate/decontaminate/judge-rephrases.ts");
  const { addVerdicts, newVerdicts } = await import("../../curate/decontaminate/verdicts.ts");
  const { decontaminator } = await import("../../curate/decontaminate/decontaminator.ts");
  const { judgeEnding, judgeLines } = await import("../../curate/judge/judge-text.ts");
  const { pairs, verdicts, summary } = await judgeRephrases(input, await judgeSetupOf(io, input.options.judge));
  for (const line of judgeLines(summary)) io.note(line);
  const known = input.verdicts ?? new Map<string, HitVerdict>();
  const added = newVerdicts(verdicts, known);
  if (path !== undefined && added.length > 0) await addVerdicts(resolve(io.cwd, path), added);
  const all = new Map([...known, ...added.map((each) => [each.key, each] as const)]);
  const { benchmarks } = input;
  const { method, minScore, textField: textFields, vectorField } = options;
  const hitsOf = await decontaminator({
    benchmarks,
    method,
    minScore,
    textFields,
    vectorField,
    verdicts: all,
    judged: pairs,
  });
  return { hitsOf, ended: judgeEnding(summary) };
}

async function* itemLines(ended: () => Promise<DecontaminateOutcome>): AsyncGenerator<BenchmarkContamination> {
  yield* (await ended()).benchmarks;
}

function mustHave({ file, against }: Options): void {
  if (file.length > 0 && against.length > 0) return;
  const message = file.length === 0 ? "no file is named" : "what to compare with is not said: expected --against";
  const hint = commandLine(["data", "decontaminate", file[0] ?? "FILE", "--against", against[0] ?? "BENCHMARK"]);
  throw new Failure("bad_input", message, { hint });
}

type Loaded = Awaited<ReturnType<typeof loadDecontaminator>>;

/** Reads and indexes what rows are compared with, and says how it was read. */
async function prepare(io: Io, { textField: textFields, verdicts, ...options }: Options): Promise<Loaded> {
  const { benchmarkUse } = await import("../../curate/decontaminate/benchmark-tally.ts");
  const { benchmarkUseText } = await import("../../curate/decontaminate/decontaminate-text.ts");
  const { loadDecontaminator } = await import("../../curate/decontaminate/load-decontaminator.ts");
  const pathOf = (name: string): string => resolve(io.cwd, name);
  const { against, method, minScore, vectorField } = options;
  const loaded = await loadDecontaminator({ against, method, minScore, textFields, vectorField, verdicts }, { pathOf });
  for (const benchmark of loaded.benchmarks) io.note(benchmarkUseText(benchmarkUse(benchmark)));
  return loaded;
}

async function mayWrite(io: Io, out: string): Promise<void> {
  const { existsSync } = await import("node:fs");
  if (!existsSync(resolve(io.cwd, out)) || (await io.confirm(`${out} is there already. Replace it?`))) return;
  throw new Failure("bad_input", `${out} is there already`, { hint: "name another file, or add --yes to replace it" });
}

/** Writes verdicts on hits. */
async function decide(io: Io, { file, against, verdicts: path, keep = [], drop = [], reason, by }: Options) {
  if (path === undefined || reason === undefined || by === undefined) {
    throw new Failure("bad_input", "a verdict needs --verdicts FILE, --reason and --by", {
      hint: commandLine([
        "data",
        "decontaminate",
        "--verdicts",
        "verdicts.jsonl",
        "--keep",
        "KEY",
        "--reason",
        "WHY",
        "--by",
        "WHO",
      ]),
    });
  }
  const unused = [...file, ...against.map((each) => `--against ${each}`)][0];
  if (unused !== undefined) {
    throw new Failure("bad_input", `${unused} is not looked at while a verdict is written`, {
      hint: "leave it out here, and run it with --verdicts afterwards",
    });
  }
  const both = keep.find((key) => drop.includes(key));
  if (both !== undefined) {
    throw new Failure("bad_input", `${both} is both kept and dropped`, { hint: "name it once, with --keep or --drop" });
  }
  const { addVerdicts } = await import("../../curate/decontaminate/verdicts.ts");
  const on = io.now().toISOString().slice(0, 10);
  const made = [...keep.map((key) => ["keep", key] as const), ...drop.map((key) => ["drop", key] as const)].map(
    ([verdict, key]) => {
      const { data, error } = HitVerdict.safeParse({ key, verdict, reason, by, on });
      if (data === undefined) throw new Failure("bad_input", `${key}: ${error.issues[0]!.message}`);
      return data;
    },
  );
  await addVerdicts(resolve(io.cwd, path), made);
  const text = (): string => made.map(({ key, verdict }) => `${key}: ${verdict}, ${reason} (${by}, ${on})`).join("\n");
  return { json: made, text };
}
