import { sha256 } from "../../base/hash.ts";
import { duplicatesStage } from "../../curate/duplicates/duplicates-stage.ts";
import { readShards } from "../../curate/pipeline/reading/read-shards.ts";
import { rowTurns } from "../../curate/quality/row-turns.ts";
import { type CuratedRow, heldSummaries, type Summary } from "../../curate/stage.ts";
import type { RowFields } from "../../domain/dataset-profile.ts";
import { DuplicatesOptions } from "../../domain/dedup.ts";
import { similarTexts } from "../../synthesize/checks/similar-texts.ts";
import { fillSlots } from "../../synthesize/fill-slots.ts";
import type { Recipe } from "../../synthesize/recipe.ts";
import { type Candidate, type CheckOutcome, parted } from "./candidate.ts";
import type { LoadedSynthesis } from "./load-synthesis.ts";

/** Field of the text by which rows are compared. */
const TEXT = "text";

/** Largest number of prompts of other datasets that are stored, as hashes. */
const MOST_PROMPTS = 5_000_000;

/**
 * Drops rows with the question of an earlier row verbatim, and rows that repeat an earlier row, a row of the inputs, of
 * the programme's training files or of the datasets that the file names. Near-duplicates are found by the shingles of
 * the text that the recipe compares, and by its words in their order, because a short text has few shingles.
 */
export async function checkDuplicates(
  candidates: readonly Candidate[],
  loaded: LoadedSynthesis,
): Promise<CheckOutcome> {
  const { definition, recipe } = loaded;
  const { threshold, rougeL } = definition.checks.duplicates;
  const similar = recipe.compares.byWords === true ? similarTexts(rougeL) : undefined;
  const options = DuplicatesOptions.parse({ textField: TEXT, threshold });
  const summaries: Summary[] = [];
  const prompts = new Set<string>();
  let firstRow = 0;
  for (const { path, fields } of referencesOf(loaded)) {
    const files = [{ path: await loaded.pathOf(path), source: path }];
    for await (const { rows } of readShards(files)) {
      const compared = rows.flatMap((row) => comparedRow(row, { fields, by: recipe.compares.with }));
      if (compared.length === 0) continue;
      for (const row of compared) {
        if (prompts.size < MOST_PROMPTS) prompts.add(row.prompt);
        similar?.add(textOf(row), `${path}:${row.line}`);
      }
      summaries.push(await duplicatesStage.summarise(compared, options));
      firstRow += compared.length;
    }
  }
  const own = candidates.map(({ row, slots }) => ({
    ...row,
    fields: { [TEXT]: fillSlots(recipe.compares.text, slots) },
  }));
  if (own.length === 0) return { kept: [], dropped: [] };
  summaries.push(await duplicatesStage.summarise(own, options));
  const decision = await duplicatesStage.decide(heldSummaries(summaries), options);
  const { dropped } = await duplicatesStage.run(own, options, { decision, firstRow });
  const reasons = new Map(dropped.map(({ row, reason, detail = "" }) => [row.id, { reason, detail }]));
  const texts = new Map(own.map((row) => [row.id, textOf(row)]));
  return parted(candidates, ({ row }) => {
    const reason = reasons.get(row.id);
    if (reason !== undefined || recipe.compares.with === "none") return reason;
    const prompt = promptKey(rowTurns(row.fields, undefined));
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
}

function textOf({ fields }: CuratedRow): string {
  return fields[TEXT] as string;
}

/** Hash of the words of a question. */
function promptKey(turns: ReturnType<typeof rowTurns>): string {
  const prompts = "problem" in turns ? [] : turns.prompts;
  const words =
    prompts
      .join("\n")
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return sha256(words.join(" ")).slice(0, 24);
}

/** Datasets whose rows must not be repeated, each once. */
function referencesOf({ definition, recipe, programmeFiles = [] }: LoadedSynthesis): {
  path: string;
  fields: RowFields | undefined;
}[] {
  if (recipe.compares.with === "none") return [];
  const all = [
    ...(recipe.needs === "rows" ? definition.inputs : []),
    ...definition.checks.duplicates.against.map((path) => ({ path, fields: undefined })),
    ...programmeFiles.filter(({ role }) => role === "train"),
  ];
  const paths = all.map(({ path }) => path);
  return all.filter(({ path }, index) => paths.indexOf(path) === index).map(({ path, fields }) => ({ path, fields }));
}

/** A row of another dataset for the comparison; undefined if it contains no question. */
function comparedRow(
  row: CuratedRow,
  { fields: named, by }: { fields: RowFields | undefined; by: Recipe["compares"]["with"] },
): (CuratedRow & { prompt: string })[] {
  const turns = rowTurns(row.fields, named);
  if ("problem" in turns || turns.prompts.length === 0) return [];
  const texts = by === "prompt" ? turns.prompts : [...turns.prompts, ...turns.answers];
  return [{ ...row, fields: { [TEXT]: texts.join("\n") }, prompt: promptKey(turns) }];
}
