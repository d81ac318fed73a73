import type { StageFinding } from "../../domain/funnel.ts";
import type { ContaminationHit } from "../../domain/decontaminate.ts";
import type { CuratedRow, DatasetStage, RowStage, StageResult } from "../stage.ts";
import type { Decontaminator } from "./decontaminator.ts";
import { decideTemplates, type HitDecision } from "./template-decision.ts";
import { type DecontaminateSetup, type ShardHits, surveyHits } from "./template-survey.ts";

/**
 * Drops rows that contain an item of a benchmark, reason `contaminated`. A row is kept if each of its hits has the
 * verdict keep, or is only of a template that many rows share with the item: see `decideTemplates`. The note of a row
 * lists its hits, and findings state the rows that were kept because of a template.
 */
export const decontaminateStage: DatasetStage<DecontaminateSetup> = {
  kind: "dataset",
  name: "decontaminate",
  version: 5,
  summarise: (rows, setup) => Buffer.from(JSON.stringify(surveyHits(rows, setup))),
  decide: async ({ count, load }, { benchmarks }) => {
    const hits = async function* (): AsyncGenerator<ShardHits> {
      for (let shard = 0; shard < count; shard++)
        yield JSON.parse(Buffer.from(await load(shard)).toString()) as ShardHits;
    };
    return packed(await decideTemplates(hits, benchmarks));
  },
  findings: (decision) => readDecision(decision).findings,
  run: (rows, { hitsOf, benchmarks }, { decision, firstRow }) => {
    const found = readDecision(decision);
    const templates = new Set<string>();
    for (let index = 0; index < found.templates.length; index += 3) {
      const [row, benchmark, item] = found.templates.subarray(index, index + 3) as unknown as [number, number, number];
      if (row >= firstRow && row < firstRow + rows.length)
        templates.add(`${row} ${item} ${benchmarks[benchmark]!.name}`);
    }
    const hitRows = new Set(found.hitRows.filter((row) => row >= firstRow && row < firstRow + rows.length));
    return resultOf(rows, (row, index) => {
      const number = firstRow + index;
      if (!hitRows.has(number)) return [];
      return hitsOf(row.fields).map((hit) =>
        templates.has(`${number} ${hit.item} ${hit.against}`) ? { ...hit, isTemplate: true } : hit,
      );
    });
  },
};

/** The stage applied to one row at a time: each hit drops its row unless its verdict is keep. */
export const decontaminateRows: RowStage<{ hitsOf: Decontaminator }> = {
  kind: "row",
  name: decontaminateStage.name,
  version: decontaminateStage.version,
  run: (rows, { hitsOf }) => resultOf(rows, ({ fields }) => hitsOf(fields)),
};

function resultOf(
  rows: readonly CuratedRow[],
  hitsOf: (row: CuratedRow, index: number) => ContaminationHit[],
): StageResult {
  const result: StageResult = { kept: [], dropped: [], notes: [] };
  for (const [index, row] of rows.entries()) {
    const hits = hitsOf(row, index);
    if (hits.length > 0) result.notes.push({ id: row.id, note: { hits } });
    const worst = hits.filter(doesCount).toSorted((a, b) => b.score - a.score)[0];
    if (worst === undefined) result.kept.push(row);
    else result.dropped.push({ row, reason: "contaminated", detail: hitText(worst) });
  }
  return result;
}

/** True for a hit that drops its row. */
export function doesCount({ verdict, isTemplate }: ContaminationHit): boolean {
  return verdict !== "keep" && isTemplate !== true;
}

/** A hit on one line. */
function hitText({ against, item, method, score, evidence }: ContaminationHit): string {
  const shown = evidence.length > 120 ? `${evidence.slice(0, 119)}…` : evidence;
  return `${against} item ${item}, ${method} ${score}: ${JSON.stringify(shown)}`;
}

/** Words of a decision before its lists: their lengths. */
const HEAD = 2;

/** A decision: the lengths of the two lists, the lists, and the findings as JSON. */
function packed({ hitRows, templates, findings }: HitDecision): Uint8Array {
  const numbers = new Uint32Array([hitRows.length, templates.length, ...hitRows, ...templates]);
  return Buffer.concat([Buffer.from(numbers.buffer), Buffer.from(JSON.stringify(findings))]);
}

function readDecision(decision: Uint8Array): HitDecision {
  const { buffer } = new Uint8Array(decision); // aligned
  const [rows, templates] = new Uint32Array(buffer, 0, HEAD) as unknown as [number, number];
  const end = HEAD + rows + templates;
  return {
    hitRows: new Uint32Array(buffer, 4 * HEAD, rows),
    templates: new Uint32Array(buffer, 4 * (HEAD + rows), templates),
    findings: JSON.parse(Buffer.from(buffer, 4 * end).toString()) as StageFinding[],
  };
}
