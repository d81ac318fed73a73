import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { Failure } from "../../base/failure.ts";
import { canonicalJson, sha256 } from "../../base/hash.ts";
import { readText } from "../../base/read-text.ts";
import { didYouMean } from "../../base/suggest.ts";
import { parseYaml } from "../../base/yaml.ts";
import { Evaluation, type EvaluationTarget } from "../../domain/evaluation.ts";
import type { EvaluationScorer } from "../../domain/evaluation-scorer.ts";
import type { EvaluationFingerprints } from "../../domain/evaluation-result.ts";
import { verdictLabels } from "../../evaluate/judge/judge-prompt.ts";
import { schemaProblem } from "../../evaluate/score/json-schema.ts";
import { isHigherBetter, isRightOrWrong, needsReference } from "../../evaluate/score/score-answer.ts";
import { checkFile, fileFailure } from "../folder/file-failure.ts";
import type { Problem } from "../folder/schema-problems.ts";
import { type LoadedPrompt, readJudgePrompt } from "./judges/read-judge-prompt.ts";

/** Folder of evaluation definitions, inside the programme folder. */
export const EVAL_FOLDER = "eval";

const GUIDE = "docs/guides/evaluation.md describes every field";

/** An evaluation as stated, with the hash of its file. */
export type LoadedEvaluation = {
  name: string;
  path: string;
  evaluation: Evaluation;
  sha256: string;
  /** Prompts of its judges by name. */
  prompts: ReadonlyMap<string, LoadedPrompt>;
};

/** The file of an evaluation in its programme folder, for messages. */
export function evaluationFile(name: string): string {
  return `${EVAL_FOLDER}/${name}.yaml`;
}

/**
 * Reads and checks `eval/NAME.yaml`.
 *
 * @throws Failure not_found; bad_input with every problem, each with its line and field
 */
export async function readEvaluation(dir: string, name: string): Promise<LoadedEvaluation> {
  const shown = evaluationFile(name);
  const path = join(dir, EVAL_FOLDER, `${name}.yaml`);
  if (!/^[\w.-]{1,60}$/.test(name) || !existsSync(path)) throw await unknown(dir, name);
  const text = await readText(path);
  const file = parseYaml(text, shown);
  const about = { shown, hint: GUIDE };
  const evaluation = checkFile(Evaluation, file, about);
  const problems = crossProblems(evaluation);
  if (problems.length > 0) throw fileFailure(problems, file, about);
  const prompts = await judgePrompts(dir, evaluation);
  return { name, path, evaluation, sha256: sha256(text), prompts };
}

/**
 * Hashes of the parts that must be equal for two evaluations to be comparable.
 *
 * @param answers SHA-256 of the target's file of answers, if it has one: other answers are another evaluation
 */
export function fingerprintsOf(
  { evaluation, sha256: file, prompts }: Pick<LoadedEvaluation, "evaluation" | "sha256" | "prompts">,
  { digest, target, repeat, answers }: { digest: string; target: string; repeat: number; answers?: string | undefined },
): EvaluationFingerprints {
  const { prompt, tools, reference, cluster, scorers, sampling, gates, targets } = evaluation;
  return {
    evaluation: file,
    set: digest,
    prompt: hashOf(tools === undefined ? prompt : { prompt, tools }),
    scorers: hashOf({ scorers, reference, cluster, ...judgeParts(evaluation, prompts) }),
    sampling: hashOf(sampling),
    gates: hashOf(gates),
    target: hashOf({
      name: target,
      ...askedParts(targets[target]!),
      repeat,
      ...(answers === undefined ? {} : { answersSha256: answers }),
    }),
  };
}

/** Name of the result folder; it depends only on the evaluation, so that an interrupted run is found again. */
export function evaluationId(name: string, target: string, fingerprints: EvaluationFingerprints): string {
  const { evaluation: _file, ...parts } = fingerprints;
  return `${name}-${target}-${hashOf(parts).slice(0, 8)}`;
}

/** Settings of a target that affect its answers. */
function askedParts({
  maxUsd: _maxUsd,
  concurrency: _concurrency,
  timeoutSec: _timeout,
  keyEnv: _keyEnv,
  trainedOn: _trainedOn,
  ...asked
}: EvaluationTarget): Partial<EvaluationTarget> {
  return asked;
}

/**
 * Settings that affect the scores of judges: their models and prompts, and the targets that others are compared with,
 * but not caps, keys and labels.
 */
function judgeParts(
  { scorers, judges, targets }: Evaluation,
  prompts: LoadedEvaluation["prompts"],
): Record<string, unknown> {
  const used = scorers.flatMap((scorer) => (scorer.kind === "judge" ? [scorer] : []));
  if (used.length === 0) return {};
  const names = [...new Set(used.flatMap((scorer) => scorer.judges))].toSorted();
  const others = used.flatMap(({ against }) => against ?? []);
  return {
    judges: names.map((name) => {
      const { url, model, maxTokens } = judges[name]!;
      return { name, url, model, maxTokens };
    }),
    prompts: used.map(({ prompt }) => [prompt, prompts.get(prompt)!.sha256]),
    ...(others.length === 0 ? {} : { against: others.map((name) => [name, askedParts(targets[name]!)]) }),
  };
}

async function judgePrompts(dir: string, { scorers }: Evaluation): Promise<Map<string, LoadedPrompt>> {
  const prompts = new Map<string, LoadedPrompt>();
  for (const scorer of scorers) {
    if (scorer.kind !== "judge") continue;
    const loaded = await readJudgePrompt(dir, scorer.prompt);
    checkJudgeScorer(scorer, loaded);
    prompts.set(scorer.prompt, loaded);
  }
  return prompts;
}

function checkJudgeScorer(
  { name = "judge", reference, against, positive = [] }: Extract<Evaluation["scorers"][number], { kind: "judge" }>,
  { file, prompt }: LoadedPrompt,
): void {
  const labels = verdictLabels(prompt);
  const unknownLabel = positive.find((label) => !labels.includes(label));
  const problem =
    prompt.mode === "reference" && reference === undefined
      ? "compares with the right answer: set reference"
      : prompt.mode === "pairwise" && (reference === undefined) === (against === undefined)
        ? "compares two answers: set either against or reference"
        : prompt.mode !== "pairwise" && against !== undefined
          ? "does not compare two answers: remove against"
          : unknownLabel === undefined
            ? undefined
            : `has no verdict ${JSON.stringify(unknownLabel)}: expected ${labels.join(", ")} in positive`;
  if (problem === undefined) return;
  throw new Failure("bad_input", `the scorer ${name} with ${file} (${prompt.mode}) ${problem}`, {
    hint: GUIDE,
  });
}

function hashOf(value: unknown): string {
  return sha256(canonicalJson(value));
}

function crossProblems({ targets, tools, scorers, gates, reference, sampling, judges }: Evaluation): Problem[] {
  const labels = scorers.map((scorer) => scorer.name ?? scorer.kind);
  const twice = labels.filter((label, index) => labels.indexOf(label) !== index);
  const unknownIn = (value: string, known: readonly string[], path: Problem["field"]): Problem[] =>
    known.includes(value) ? [] : [{ field: path, text: `${JSON.stringify(value)} is not one of ${known.join(", ")}` }];
  return [
    ...(Object.keys(targets).length === 0 ? [{ field: ["targets"], text: "expected at least one target" }] : []),
    ...Object.entries(targets)
      .filter(([, { api, url }]) => tools !== undefined && url !== undefined && api === "completions")
      .map(([name]) => ({ field: ["targets", name, "api"], text: "the completions API does not support tools" })),
    ...twice.map((label) => ({ field: ["scorers"], text: `two scorers are named ${label}: give each a unique name` })),
    ...scorers.flatMap((scorer, index) => [
      ...patternProblems(scorer, ["scorers", index]),
      ...answerSchemaProblems(scorer, ["scorers", index]),
      ...(scorer.kind === "imported"
        ? [{ field: ["scorers", index], text: "imported scores come from `eval import` and cannot be requested" }]
        : []),
      ...passProblems(scorer, { scorers, samples: sampling.samples }).map((text) => ({
        field: ["scorers", index],
        text,
      })),
      ...judgeProblems(scorer, { path: ["scorers", index], judges, targets }),
      ...(needsReference(scorer) && !("reference" in scorer && scorer.reference) && reference === undefined
        ? [{ field: ["scorers", index], text: `${scorer.kind} requires a reference answer: set reference` }]
        : []),
    ]),
    ...gates.flatMap((gate, index) => [
      ...unknownIn(gate.target, Object.keys(targets), ["gates", index, "target"]),
      ...unknownIn(gate.baseline, Object.keys(targets), ["gates", index, "baseline"]),
      ...unknownIn(gate.scorer, labels, ["gates", index, "scorer"]),
      ...(gate.better === undefined &&
      !scorers.filter((_, place) => labels[place] === gate.scorer).every(isHigherBetter)
        ? [
            {
              field: ["gates", index, "better"],
              text: `state whether a higher or a lower score of ${gate.scorer} is better`,
            },
          ]
        : []),
      ...(gate.target === gate.baseline
        ? [{ field: ["gates", index, "baseline"], text: "the baseline is the target itself" }]
        : []),
    ]),
  ];
}

function passProblems(
  scorer: EvaluationScorer,
  { scorers, samples }: { scorers: readonly EvaluationScorer[]; samples: number },
): string[] {
  if (scorer.kind !== "pass-at-k") return [];
  const named = scorers.find((other) => (other.name ?? other.kind) === scorer.of && other.kind !== "pass-at-k");
  return [
    ...(named === undefined || !isRightOrWrong(named)
      ? [`of: ${JSON.stringify(scorer.of)} is not the name of another scorer of right and wrong`]
      : []),
    ...(scorer.k > samples ? [`k: ${scorer.k} answers need sampling.samples of ${scorer.k} or more`] : []),
  ];
}

function judgeProblems(
  scorer: Evaluation["scorers"][number],
  { path, judges, targets }: { path: Problem["field"] } & Pick<Evaluation, "judges" | "targets">,
): Problem[] {
  if (scorer.kind !== "judge") return [];
  const names = Object.keys(judges);
  return [
    ...scorer.judges
      .filter((name) => !names.includes(name))
      .map((name) => ({
        field: [...path, "judges"],
        text: `there is no judge ${name}: expected ${names.join(", ") || "one under judges"}`,
      })),
    ...(scorer.against === undefined || Object.hasOwn(targets, scorer.against)
      ? []
      : [{ field: [...path, "against"], text: `there is no target ${scorer.against}` }]),
    ...(scorer.labels === undefined && !scorer.unadmitted
      ? [{ field: path, text: "a judge requires human labels: set labels, or unadmitted: true" }]
      : []),
  ];
}

function patternProblems(scorer: Evaluation["scorers"][number], path: Problem["field"]): Problem[] {
  const patterns = {
    pattern: "pattern" in scorer ? scorer.pattern : undefined,
    extract: "extract" in scorer ? scorer.extract : undefined,
  };
  return (["pattern", "extract"] as const).flatMap((field) => {
    const text = patterns[field];
    if (text === undefined) return [];
    try {
      return new RegExp(text, "u").source === ""
        ? [{ field: [...path, field], text: "the pattern matches everything" }]
        : [];
    } catch (error) {
      return [{ field: [...path, field], text: error instanceof Error ? error.message : "it is not a valid pattern" }];
    }
  });
}

function answerSchemaProblems(scorer: EvaluationScorer, path: Problem["field"]): Problem[] {
  if (scorer.kind !== "json" || scorer.schema === undefined) return [];
  const text = schemaProblem(scorer.schema);
  return text === undefined ? [] : [{ field: [...path, "schema"], text }];
}

async function unknown(dir: string, name: string): Promise<Failure> {
  const folder = join(dir, EVAL_FOLDER);
  const files = existsSync(folder) ? await readdir(folder) : [];
  const names = files.filter((file) => file.endsWith(".yaml")).map((file) => file.slice(0, -".yaml".length));
  return new Failure("not_found", `there is no ${EVAL_FOLDER}/${name}.yaml`, {
    hint:
      names.length === 0
        ? `write one: tunewright eval init ${/^[\w.-]{1,60}$/.test(name) ? name : "NAME"} --set FOLDER`
        : (didYouMean(name, names) ?? `available: ${names.join(", ")}`),
  });
}
