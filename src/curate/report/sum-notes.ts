import type { ContaminationSummary, DataReport, EntitySummary, RightsSummary } from "../../domain/data-report.ts";
import { openArtefact } from "../pipeline/storing/artefact-store.ts";
import type { StageFolder } from "../pipeline/lineage/row-lineage.ts";
import { stageFindings } from "../pipeline/executing/stage-findings.ts";
import type { CuratedRow } from "../stage.ts";
import { addKeeper, clusterSamples, type Keeper } from "./largest-clusters.ts";
import type { SampleMask } from "./sample-mask.ts";
import { type Noted, notesOf, rowsById } from "./stage-rows.ts";

type Notes = Pick<DataReport, "rights" | "personalData" | "duplicates" | "contamination" | "parts">;

/** Maximum number of examples shown. */
const SAMPLES = 5;

/** Maximum number of distinct items of a benchmark that are counted; beyond it, the count is a lower bound. */
const MOST_ITEMS = 1_000_000;

/**
 * Sums the notes that the stages of a pipeline made on rows, shard by shard, so that memory does not grow with the
 * rows.
 *
 * @param mask masks rows of stages before `redact`; undefined if they are shown unmasked
 * @returns null for properties that no stage examined
 */
export async function sumNotes(stages: readonly StageFolder[], mask: SampleMask | undefined): Promise<Notes> {
  const folderOf = (name: string): StageFolder | undefined => stages.find(({ stage }) => stage === name);
  const [rights, redact, dedup, decontaminate, split] = [
    folderOf("rights"),
    folderOf("redact"),
    folderOf("dedup"),
    folderOf("decontaminate"),
    folderOf("split"),
  ];
  const redactedFrom = redact === undefined ? Infinity : stages.indexOf(redact);
  const maskOf = (stage: StageFolder): SampleMask | undefined =>
    stages.indexOf(stage) < redactedFrom ? mask : undefined;
  return {
    rights: rights === undefined ? null : await sumRights(rights),
    personalData: redact === undefined ? null : await sumPersonalData(redact),
    duplicates: dedup === undefined ? null : await sumDuplicates(dedup, maskOf(dedup)),
    contamination: decontaminate === undefined ? null : await sumContamination(decontaminate, maskOf(decontaminate)),
    parts: split === undefined ? null : await sumParts(split),
  };
}

async function sumRights(stage: StageFolder): Promise<RightsSummary[]> {
  const lines = new Map<string, RightsSummary>();
  for await (const { source, note } of notesOf(stage, true)) {
    const [verdict, rule] = [String(note["verdict"]), String(note["rule"])];
    const licence = typeof note["licence"] === "string" ? note["licence"] : null;
    const key = JSON.stringify([source, verdict, rule, licence]);
    const line = lines.get(key) ?? { source, verdict, rule, licence, rows: 0 };
    lines.set(key, line);
    line.rows += 1;
  }
  return [...lines.values()].toSorted((a, b) => compare(a.source, b.source) || b.rows - a.rows);
}

async function sumPersonalData(stage: StageFolder): Promise<NonNullable<DataReport["personalData"]>> {
  const entities = new Map<string, EntitySummary>();
  let review = 0;
  let leaks = 0;
  for await (const { note } of notesOf(stage)) {
    review += listOf(note["review"]).length;
    const { foundAgain, valuesLeft } = (note["leaks"] ?? {}) as Record<string, unknown>;
    if (Number(foundAgain) > 0 || Number(valuesLeft) > 0) leaks += 1;
    const seen = new Set<string>();
    for (const span of listOf(note["spans"])) {
      const entity = String(span["type"]);
      const sum = entities.get(entity) ?? { entity, spans: 0, rows: 0, operators: [], samples: [] };
      entities.set(entity, sum);
      sum.spans += 1;
      if (!seen.has(entity)) sum.rows += 1;
      seen.add(entity);
      addNew(sum.operators, String(span["operator"]), Infinity);
      addNew(sum.samples, String(span["masked"]), SAMPLES);
    }
  }
  return {
    entities: [...entities.values()].toSorted((a, b) => b.spans - a.spans || compare(a.entity, b.entity)),
    review,
    leaks,
  };
}

async function sumDuplicates(
  stage: StageFolder,
  mask: SampleMask | undefined,
): Promise<NonNullable<DataReport["duplicates"]>> {
  const sizes = new Map<number, number>();
  const keepers: Keeper[] = [];
  let [clusters, dropped, largest] = [0, 0, 0];
  for await (const { id, note, record } of notesOf(stage)) {
    const count = Number(note["duplicates"] ?? 0);
    if (count === 0) continue; // a row of a large cluster, which stays
    addKeeper(keepers, { id, dropped: count, record });
    clusters += 1;
    dropped += count;
    largest = Math.max(largest, count);
    const bin = Math.floor(Math.log2(count));
    sizes.set(bin, (sizes.get(bin) ?? 0) + 1);
  }
  return {
    clusters,
    dropped,
    largest,
    sizes: [...sizes]
      .toSorted(([a], [b]) => a - b)
      .map(([bin, count]) => ({ from: 2 ** bin, to: 2 ** (bin + 1) - 1, clusters: count })),
    samples: await clusterSamples(stage, keepers, mask),
    findings: await stageFindings(stage.folder),
  };
}

async function sumContamination(stage: StageFolder, mask: SampleMask | undefined): Promise<ContaminationSummary[]> {
  const shown: { id: string; record: Noted["record"] }[] = [];
  const sums = new Map<string, { summary: ContaminationSummary; items: Set<string> }>();
  for await (const { id, note, record } of notesOf(stage)) {
    const seen = new Set<string>();
    for (const hit of listOf(note["hits"]).filter(({ isTemplate }) => isTemplate !== true)) {
      const against = String(hit["against"]);
      const summary: ContaminationSummary = { against, rows: 0, items: 0, methods: [], samples: [] };
      const sum = sums.get(against) ?? { summary, items: new Set<string>() };
      sums.set(against, sum);
      if (!seen.has(against)) sum.summary.rows += 1;
      seen.add(against);
      const [item, method] = [String(hit["item"]), String(hit["method"])];
      if (sum.items.size < MOST_ITEMS) sum.items.add(item);
      addNew(sum.summary.methods, method, Infinity);
      if (sum.summary.samples.length < SAMPLES) {
        const evidence = String(hit["evidence"]);
        shown.push({ id, record });
        sum.summary.samples.push({ row: id, item, method, score: Number(hit["score"]), evidence });
      }
    }
  }
  const all = [...sums.values()].map(({ summary, items }) => ({ ...summary, items: items.size }));
  if (mask !== undefined) await maskEvidence(all, { rows: await rowsById(stage, shown), mask });
  return all.toSorted((a, b) => b.rows - a.rows || compare(a.against, b.against));
}

async function maskEvidence(
  summaries: readonly ContaminationSummary[],
  { rows, mask }: { rows: ReadonlyMap<string, CuratedRow>; mask: SampleMask },
): Promise<void> {
  for (const sample of summaries.flatMap(({ samples }) => samples)) {
    const row = rows.get(sample.row);
    sample.evidence = row === undefined ? "" : await (await mask(row)).words(sample.evidence);
  }
}

/** Rows by part: those that a split kept, by their notes, and those of other parts, by the reason of their drop. */
async function sumParts(stage: StageFolder): Promise<NonNullable<DataReport["parts"]>> {
  const parts = new Map<string, number>();
  for await (const { note } of notesOf(stage)) {
    const part = String(note["part"]);
    parts.set(part, (parts.get(part) ?? 0) + 1);
  }
  for (const { reason, rows } of (await openArtefact(stage.folder).manifest())?.totals.dropped ?? []) {
    const part = /^in-(\w+)$/.exec(reason)?.[1];
    if (part !== undefined) parts.set(part, rows);
  }
  return [...parts].map(([part, rows]) => ({ part, rows })).toSorted((a, b) => b.rows - a.rows);
}

function listOf(value: unknown): Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? (value as Readonly<Record<string, unknown>>[]) : [];
}

function addNew(list: string[], value: string, most: number): void {
  if (list.length < most && !list.includes(value)) list.push(value);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
