import type { StageTokens } from "../../domain/funnel.ts";
import { openArtefact } from "../pipeline/storing/artefact-store.ts";
import type { StageFolder } from "../pipeline/lineage/row-lineage.ts";
import type { CuratedRow } from "../stage.ts";
import { textSlots } from "../rows/text-slots.ts";
import { loadTokenCounter } from "../tokens/token-counter.ts";
import { estimateTokens } from "../tokens/token-estimate.ts";

/** Number of rows whose tokens are counted. */
const SAMPLED_ROWS = 1_000;

type Sampled = { characters: number; tokens: number };

/**
 * Tokens of the rows that each stage kept, estimated from a sample: every k-th row of the first stage with existing
 * rows (the rows as read, unless gc removed them), followed through the stages. The sampled rows that a stage kept
 * represent all its rows, by their characters.
 *
 * @param tokenizer as for `loadTokenCounter`
 * @accuracy a stage that changes texts (redact, import) is assumed to keep the tokens per character; the range includes
 * sampling (95 %, as for a random sample) and the error of a substitute tokenizer
 */
export async function stageTokens(stages: readonly StageFolder[], tokenizer: string | undefined): Promise<StageTokens> {
  const counter = await loadTokenCounter(tokenizer);
  const [low, high] = counter.errorFactors;
  const byStage: StageTokens["stages"] = [];
  let sample: Map<string, Sampled> | undefined;
  for (const stage of stages) {
    const manifest = await openArtefact(stage.folder).manifest();
    if (manifest === undefined) {
      byStage.push({ stage: stage.stage, sampledRows: 0, kept: null, keptLow: null, keptHigh: null });
      continue;
    }
    if (sample === undefined) sample = await sampleOf(stage, counter.count);
    else await forget(sample, stage);
    const { rowsKept, charactersKept } = manifest.totals;
    const rows = [...sample.values()].filter(({ characters }) => characters > 0);
    const estimate = rows.length === 0 ? null : estimateTokens(rows, { rows: rowsKept, characters: charactersKept });
    byStage.push({
      stage: stage.stage,
      sampledRows: rows.length,
      kept: estimate === null ? null : Math.round(estimate.total),
      keptLow: estimate === null ? null : Math.round(estimate.low * low),
      keptHigh: estimate === null ? null : Math.round(estimate.high * high),
    });
  }
  return { method: counter.method, tokenizer: counter.name, errorNote: counter.errorNote, stages: byStage };
}

async function sampleOf({ folder }: StageFolder, count: (text: string) => number): Promise<Map<string, Sampled>> {
  const artefact = openArtefact(folder);
  const manifest = await artefact.manifest();
  const step = Math.max(1, Math.ceil((manifest?.totals.rowsKept ?? 0) / SAMPLED_ROWS));
  const sample = new Map<string, Sampled>();
  let first = 0;
  for (const record of manifest?.shards ?? []) {
    const { rowsKept } = record.counts;
    const start = (step - (first % step)) % step;
    const rows = start < rowsKept ? await artefact.keptRows(record) : []; // a shard without a row of the sample is not read
    for (let index = start; index < rows.length; index += step)
      sample.set(rows[index]!.id, tokensOf(rows[index]!, count));
    first += rowsKept;
  }
  return sample;
}

function tokensOf({ fields }: CuratedRow, count: (text: string) => number): Sampled {
  const texts = textSlots(fields).map(({ text }) => text);
  return {
    characters: texts.reduce((sum, text) => sum + text.length, 0),
    tokens: texts.reduce((sum, text) => sum + count(text), 0),
  };
}

/** Removes rows that a stage dropped from the sample. */
async function forget(sample: Map<string, Sampled>, { folder }: StageFolder): Promise<void> {
  const artefact = openArtefact(folder);
  for (const record of (await artefact.manifest())?.shards ?? []) {
    if (record.files.dropped === undefined) continue;
    for (const { row } of await artefact.droppedRows(record)) sample.delete(row.id);
  }
}
