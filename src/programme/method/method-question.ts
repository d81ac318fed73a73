import { resolve } from "node:path";

import { Failure } from "../../base/failure.ts";
import { findGpu } from "../../catalog/gpus.ts";
import { inFormatOf, runSpec } from "../training-plan/training-estimate.ts";
import { canonicalJson, sha256 } from "../../base/hash.ts";
import type { MethodQuestion } from "../../domain/method-question.ts";
import { Programme } from "../../domain/programme.ts";
import type { MethodChoice } from "../../domain/study.ts";
import { readApiPriceBook } from "../prices/api-price-book.ts";
import { readPriceBook } from "../prices/price-book.ts";
import { withCuration } from "../curation/curation.ts";
import { programmeMethod } from "./programme-method.ts";
import { programmeCuration, programmeDatasets } from "./programme-training.ts";
import { checkPlannedRun } from "../training-plan/check-planned-run.ts";
import { atPlace, type LoadedProgramme } from "../reading/read-programme.ts";
import { loadShape } from "../training-plan/training-shape.ts";

/**
 * Answers `plan method`: ranks the methods for a programme, for facts given by flags, or for a programme with some of
 * its facts replaced.
 *
 * @param asked.loaded the programme; undefined: flags only
 * @param asked.cwd folder that the path of a config.json is relative to
 * @throws Failure bad_input that names the flag or the line of programme.yaml
 */
export async function answerMethod(asked: {
  question: MethodQuestion;
  loaded: LoadedProgramme | undefined;
  cwd: string;
  on: string;
  hubCache?: string | undefined;
  onStep?: (step: string, fraction?: number) => void;
}): Promise<{ choice: MethodChoice; model: string }> {
  const { question, on } = asked;
  const loaded = asked.loaded ? overlay(asked.loaded, question) : await fromFlags(question, asked.cwd);
  const { shape } = await loadShape(loaded, on);
  const { gpu } = loaded.programme.training;
  const usual = runSpec(loaded.programme, "lora", shape);
  const found = atPlace(loaded, ["training", "gpu"], () => findGpu(gpu ?? usual.gpu));
  const spec = inFormatOf(usual, found);
  checkPlannedRun(loaded, { shape, spec, gpu: found });
  const isWithoutRows = asked.loaded ? question.rows === 0 : !question.rows;
  // Mean tokens in the question replace the result of a scan.
  const isScanned = asked.loaded !== undefined && question.meanTokens === undefined;
  const datasets = isScanned ? await programmeDatasets(loaded, asked) : [];
  const curation = isScanned ? await programmeCuration(loaded, datasets, asked) : null;
  const trained = withCuration(loaded, datasets, curation);
  const { choice } = await programmeMethod(trained.loaded, {
    on,
    datasets: trained.datasets,
    known: isWithoutRows ? { rows: 0 } : {},
  });
  return { choice, model: asked.loaded ? loaded.programme.model.base : shape.id };
}

/** A programme whose facts are replaced by those of the question. */
function overlay(loaded: LoadedProgramme, question: MethodQuestion): LoadedProgramme {
  const { programme } = loaded;
  const changes = changesOf(question);
  return {
    ...loaded,
    programme: {
      ...programme,
      task: { ...programme.task, ...changes.task },
      model: { ...programme.model, ...changes.model },
      data: { ...programme.data, ...changes.data },
      training: { ...programme.training, ...changes.training },
      today: { ...programme.today, ...changes.today },
      requirements: { ...programme.requirements, ...changes.requirements },
    },
  };
}

/** A programme consisting only of the question. */
async function fromFlags(question: MethodQuestion, cwd: string): Promise<LoadedProgramme> {
  for (const flag of ["task", "goals", "model"] as const) {
    if (question[flag] !== undefined) continue;
    throw new Failure("bad_input", `--${flag} is required without a programme folder`, {
      hint: "tunewright plan method --task extraction --goals format --model Qwen/Qwen2.5-7B --rows 14000",
    });
  }
  const programme = Programme.parse({ name: "from flags", ...changesOf(question) });
  return {
    dir: cwd,
    path: "the command line",
    programme,
    sha256: sha256(canonicalJson(programme)),
    prices: (await readPriceBook(cwd)).prices,
    apiPrices: (await readApiPriceBook(cwd)).prices,
    traffic: undefined,
    resolve: (path) => Promise.resolve(resolve(cwd, path)),
    origin: () => ({ kind: "user", ref: "the command line" }),
    place: (field) => FLAG[field.join(".")] ?? "the command line",
  };
}

/** Flags of the fields that a look-up may report. */
const FLAG: Readonly<Record<string, string>> = { "model.base": "--model", "training.gpu": "--gpu" };

function changesOf(question: MethodQuestion) {
  const { preferencePairs } = question;
  // Missing rows are replaced by the chosen answers of the pairs, which can be trained on as well.
  const rows = question.rows || preferencePairs || 1;
  return {
    task: defined({
      kind: question.task,
      goals: question.goals,
      narrow: question.broad ? false : undefined,
      classes: question.classes,
      verifiableReward: question.verifiableReward || undefined,
      changesTokenizer: question.changesTokenizer || undefined,
      factsChange: question.factsChange || undefined,
    }),
    model: defined({ base: question.model }),
    data: defined({
      plannedRows: question.rows === undefined && question.task === undefined ? undefined : rows,
      meanTokens: question.meanTokens,
      preferencePairs,
      corpusTokens: question.corpusTokens,
      personalData: question.personalData,
    }),
    training: defined({
      gpu: question.gpu,
      gpuCount: question.gpuCount,
      sequenceTokens: question.sequenceTokens,
      epochs: question.epochs,
    }),
    today: defined({ apiUsdPerMonth: question.apiUsdPerMonth, laborUsdPerMonth: question.laborUsdPerMonth }),
    requirements: defined({
      latencyMsP95: question.latencyMsP95,
      apiAllowed: question.apiForbidden ? false : undefined,
      residency: question.residency,
    }),
  };
}

type Defined<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

/** The fields that have a value. */
function defined<Fields extends Record<string, unknown>>(fields: Fields): Defined<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<Fields>;
}
