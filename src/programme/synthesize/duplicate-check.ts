import { sha256 } from "../../base/hash.ts";
import {
  type BenchmarkFields,
  parseBenchmarkSpec,
  partsOf,
  usualFields,
} from "../../curate/decontaminate/benchmark-fields.ts";
import { duplicatesStage } from "../../curate/duplicates/duplicates-stage.ts";
import { readShards } from "../../curate/pipeline/reading/read-shards.ts";
import { rowTurns } from "../../curate/quality/row-turns.ts";
import { type CuratedRow, heldSummaries, type Summary } from "../../curate/stage.ts";
import type { RowFields } from "../../domain/dataset-profile.ts";
import { DuplicatesOptions } from "../../domain/dedup.ts";
import { similarTexts } from "../../synthesize/checks/similar-texts.ts";
import { fillSlots } from "../../synthesize/fill-slots.ts";
import type { Recipe } from "../../synthesize/recipe.ts";
import { type Candidate, type CheckedRows, type CheckOutcome, parted } from "./candidate.ts";
import type { LoadedSynthesis } from "./load-synthesis.ts";
import { lockedFiles } from "./row-checks.ts";

/** Field of the text by which rows are compared. */
const TEXT = "text";

/** Maximum number of prompts of other datasets that are stored, as hashes. */
const MOST_PROMPTS = 5_000_000;

/**
 * Drops rows with the question of an earlier row verbatim, and rows that repeat an earlier row, a row of the inputs, of
 * a file of the programme, of a test set or of the datasets that the file names. Near-duplicates are found by the
 * shingles of the text that the recipe compares, and by its words in their order, because a short text has few
 * shingles.
 */
export async function checkDuplicates(
  candidates: readonly Candidate[],
  loaded: LoadedSynthesis,
): Promise<CheckOutcome & { compared: CheckedRows["compared"] }> {
  if (candidates.length === 0) return { kept: [], dropped: [], compared: [] };
  const { definition, recipe } = loaded;
  const { threshold, rougeL } = definition.checks.duplicates;
  const similar = recipe.compares.byWords === true ? similarTexts(rougeL) : undefined;
  const options = DuplicatesOptions.parse({ textField: TEXT, threshold });
  const summaries: Summary[] = [];
  const prompts = new Set<string>();
  const compared: CheckedRows["compared"] = [];
  for (const reference of await referencesOf(loaded)) {
    const { path } = reference;
    const count = { path, rows: 0, withPrompt: 0 };
    compared.push(count);
    for await (const { rows } of readShards([{ path: await loaded.pathOf(path), source: path }])) {
      const usable = rows.flatMap((row) => comparedRow(row, reference, recipe.compares.with));
      count.rows += rows.length;
      count.withPrompt += usable.length;
      if (usable.length === 0) continue;
      for (const row of usable) {
        if (prompts.size < MOST_PROMPTS) prompts.add(row.prompt);
        similar?.add(textOf(row), `${path}:${row.line}`);
      }
      summaries.push(await duplicatesStage.summarise(usable, options));
    }
  }
  const firstRow = compared.reduce((sum, { withPrompt }) => sum + withPrompt, 0);
  const own = candidates.map(({ row, slots }) => ({
    ...row,
    fields: { [TEXT]: fillSlots(recipe.compares.text, slots) },
  }));
  summaries.push(await duplicatesStage.summarise(own, options));
  const decision = await duplicatesStage.decide(heldSummaries(summaries), options);
  const { dropped } = await duplicatesStage.run(own, options, { decision, firstRow });
  const reasons = new Map(dropped.map(({ row, reason, detail = "" }) => [row.id, { reason, detail }]));
  const texts = new Map(own.map((row) => [row.id, textOf(row)]));
  const outcome = parted(candidates, ({ row }) => {
    const reason = reasons.get(row.id);
    if (reason !== undefined || recipe.compares.with === "none") return reason;
    const prompt = promptKey(turnsOf(row, {})?.prompts ?? []);
    if (prompts.has(prompt)) {
      return { reason: "repeated-prompt", detail: "an earlier row has the same prompt and another answer" };
    }
    const found = similar?.find(texts.get(row.id)!);
    if (found !== undefined) {
      return { reason: "similar-words", detail: `ROUGE-L ${found.score.toFixed(2)} with ${found.name}` };
    }
    prompts.add(prompt);
    similar?.add(texts.get(row.id)!, row.id);
    return undefined;
  });
  return { ...outcome, compared };
}

function textOf({ fields }: CuratedRow): string {
  return fields[TEXT] as string;
}

/** Hash of the words of a question. */
function promptKey(prompts: readonly string[]): string {
  const words =
    prompts
      .join("\n")
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return sha256(words.join(" ")).slice(0, 24);
}

/** A dataset whose rows must not be repeated; `parts` names the fields of a test set. */
type Reference = { path: string; fields?: RowFields | undefined; parts?: BenchmarkFields | undefined };

/**
 * The datasets that the file names, every file of the programme that holds questions, and the sets of `testset.lock`,
 * each once. Documents of a corpus are no questions.
 */
async function referencesOf({ dir, definition, recipe, programmeFiles = [] }: LoadedSynthesis): Promise<Reference[]> {
  if (recipe.compares.with === "none") return [];
  const { duplicates, decontaminate } = definition.checks;
  const all: Reference[] = [
    ...(recipe.needs === "rows" ? definition.inputs : []),
    ...duplicates.against.map((path) => ({ path })),
    ...decontaminate.against.map(parseBenchmarkSpec).map(({ path, fields: parts }) => ({ path, parts })),
    ...programmeFiles.filter(({ role }) => role !== "corpus"),
    ...(await lockedFiles(dir)).map((path) => ({ path })),
  ];
  const paths = all.map(({ path }) => path);
  return all.filter(({ path }, index) => paths.indexOf(path) === index);
}

/** A row of another dataset for the comparison; none if it contains no question. */
function comparedRow(
  row: CuratedRow,
  reference: Reference,
  by: Recipe["compares"]["with"],
): (CuratedRow & { prompt: string })[] {
  const turns = turnsOf(row, reference);
  if (turns === undefined) return [];
  const texts = by === "prompt" ? turns.prompts : [...turns.prompts, ...turns.answers];
  return [{ ...row, fields: { [TEXT]: texts.join("\n") }, prompt: promptKey(turns.prompts) }];
}

/** Questions and answers of a training row, or of an item of a test set; undefined without a question. */
function turnsOf(
  { fields }: CuratedRow,
  { fields: named, parts }: Pick<Reference, "fields" | "parts">,
): { prompts: string[]; answers: string[] } | undefined {
  const turns = parts === undefined ? rowTurns(fields, named) : undefined;
  if (turns !== undefined && !("problem" in turns) && turns.prompts.length > 0) return turns;
  const texts = partsOf(fields, parts ?? usualFields(Object.keys(fields)) ?? {});
  const ofKind = (wanted: string): string[] => texts.filter(({ kind }) => kind === wanted).map(({ text }) => text);
  const prompts = ofKind("question");
  return prompts.length === 0 ? undefined : { prompts, answers: ofKind("answer") };
}
