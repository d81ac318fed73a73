import { existsSync } from "node:fs";
import { resolve } from "node:path";

import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { shownPath } from "../../base/shown-path.ts";
import { Delimiter } from "../../domain/dataset-profile.ts";
import { JudgePlan, QualityJudge } from "../../domain/judge.ts";
import { QualityOptions, QualityResult } from "../../domain/quality.ts";
import { type Answer, defineCommand } from "../command.ts";
import { DATASET_FILES } from "../dataset-files.ts";
import type { Io } from "../io.ts";
import { JUDGE_FLAGS, judgeOf, judgeSetupOf } from "../judge-flags.ts";

const { fields: _fields, judge: _judge, allow, ...shape } = QualityOptions.shape;

const Options = z.strictObject({
  file: z.array(z.string().min(1)).min(1).describe(DATASET_FILES),
  out: z
    .string()
    .min(1)
    .optional()
    .describe("File for the rows that are kept, as JSONL; nothing is written where left out"),
  dropped: z.string().min(1).optional().describe("File for the rows that are not, each with its reason"),
  ...shape,
  allow,
  textField: z
    .string()
    .min(1)
    .optional()
    .describe("Field that holds the text of a row; formats are then not recognised"),
  delimiter: Delimiter.optional().describe(
    "What parts the fields of CSV files; found by their first rows where left out",
  ),
  ...JUDGE_FLAGS,
  judgeMin: QualityJudge.shape.min,
  judgeSample: QualityJudge.shape.sample,
  judgeSeed: QualityJudge.shape.seed,
});

/** `tunewright data quality`: rows that are worth training on. */
export default defineCommand({
  description:
    "Judge rows of dialogues and instructions: refusals and boilerplate of models, marks of templates, placeholders, repetition, answers in another language or cut off, code that does not parse. Each dropped row has a reason; what is left is summed up. The rules of Gopher, C4 and FineWeb are for web pages: most rows of a dialogue break them. With --judge a model scores the rows that the rules keep, from 1 to 5: its answers are kept in .tunewright/judge, so that none is paid for twice.",
  args: ["file"],
  options: Options,
  output: z
    .union([QualityResult, JudgePlan])
    .describe("what was found of the rows; with --judge-dry-run what a model would be asked"),
  examples: [
    "data quality train.jsonl",
    "data quality train.jsonl --profile instruct --out good.jsonl --dropped bad.jsonl",
    "data quality train.jsonl --allow refusal --allow placeholder",
    "data quality pages.jsonl --profile gopher --text-field text",
    "data quality train.jsonl --judge https://api.openai.com --judge-model gpt-4o-mini --judge-dry-run",
    "data quality train.jsonl --judge http://localhost:8000 --judge-model stub --judge-free --judge-min 3 --yes",
  ],
  run: async (io, { file, out, dropped, ...flags }, given) => {
    const { qualityFiles } = await import("../../curate/quality/quality-files.ts");
    const { qualityText } = await import("../../curate/quality/quality-text.ts");
    const { judgeEnding } = await import("../../curate/judge/judge-text.ts");
    const here = (path: string | undefined): string | undefined =>
      path === undefined ? undefined : resolve(io.cwd, path);
    const options = qualityOptions(io, flags, given);
    const files = file.map((path) => resolve(io.cwd, path));
    const { delimiter } = flags;
    if (flags.judgeDryRun) return dryRun(io, files, { options, delimiter });
    const targets = [here(out), here(dropped)].filter((path) => path !== undefined && existsSync(path));
    const overwrite = targets.length > 0 && (await io.confirm(`Replace ${targets.join(" and ")}?`));
    const found = await qualityFiles(files, {
      options,
      setup: options.judge === undefined ? undefined : await judgeSetupOf(io, options.judge),
      out: here(out),
      dropped: here(dropped),
      overwrite,
      delimiter,
      onProgress: (fraction) => io.progress("judging rows", fraction),
    });
    const judge = found.judge === null ? null : { ...found.judge, answers: shownPath(found.judge.answers, io.cwd) };
    const result = { ...found, judge, out: out ?? null };
    const ended = judge === null ? undefined : judgeEnding(judge);
    const again = ["data", "quality", ...file, "--profile", options.profile, "--out", "good.jsonl"];
    return {
      json: result,
      text: () => qualityText(result),
      ...(found.summary.rows === 0 ? { failed: `no row is left by the profile ${options.profile}` } : {}),
      ...(ended === undefined ? {} : { ended }),
      ...(out === undefined
        ? judge === null && { next: commandLine(again) }
        : { next: commandLine(["data", "split", out, "--out-dir", "split"]) }),
    };
  },
});

type Flags = Omit<z.output<typeof Options>, "file" | "out" | "dropped">;

/** The options of the stage that flags name. */
function qualityOptions(io: Io, flags: Flags, given: ReadonlySet<string>): QualityOptions {
  const { words, textField, profile, allow: allowed, minAnswerCharacters, maxCharacters } = flags;
  const endpoint = judgeOf(flags, given);
  const judge = endpoint && { ...endpoint, min: flags.judgeMin, sample: flags.judgeSample, seed: flags.judgeSeed };
  return {
    profile,
    allow: allowed,
    minAnswerCharacters,
    maxCharacters,
    words: words === undefined ? undefined : resolve(io.cwd, words),
    fields: textField === undefined ? undefined : { text: textField },
    judge,
  };
}

/** What a model would be asked, and what that would cost. */
async function dryRun(
  io: Io,
  files: readonly string[],
  { options, delimiter }: { options: QualityOptions; delimiter: Flags["delimiter"] },
): Promise<Answer<JudgePlan>> {
  const { planQualityFiles } = await import("../../curate/quality/quality-files.ts");
  const { judgePlanText } = await import("../../curate/judge/judge-text.ts");
  const setup = await judgeSetupOf(io, options.judge!);
  const plan = await planQualityFiles(files, { options, delimiter, setup });
  return { json: plan, text: () => judgePlanText(plan) };
}
