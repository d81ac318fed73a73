import type { DropCount, DropSample, Funnel } from "../../domain/funnel.ts";
import { type Artefact, openArtefact } from "../pipeline/storing/artefact-store.ts";
import type { Manifest } from "../pipeline/storing/artefact.ts";
import { rowStart } from "../pipeline/storing/funnel.ts";
import { readRemoved } from "../pipeline/lineage/removed-rows.ts";
import type { StageFolder } from "../pipeline/lineage/row-lineage.ts";
import type { DroppedRow } from "../stage.ts";
import type { SampleMask } from "./sample-mask.ts";

/** Shown instead of a text that could not be masked. */
const HIDDEN = "(text hidden: personal data was found in it after it was masked)";

/**
 * The funnel of a pipeline with its samples. Samples of stages before `redact` are masked; after it, rows are shown as
 * redacted. If `gc` removed the rows of a stage, it has counts but no samples.
 *
 * @param mask undefined if samples are shown unmasked
 * @throws Failure outside if an artefact is damaged
 */
export async function sampledFunnel(stages: readonly StageFolder[], mask: SampleMask | undefined): Promise<Funnel> {
  const redact = stages.findIndex(({ stage }) => stage === "redact");
  const funnel: Funnel = [];
  for (const [index, { stage, folder }] of stages.entries()) {
    const artefact = openArtefact(folder);
    const manifest = (await artefact.manifest()) ?? (await readRemoved(folder))?.manifest;
    if (manifest === undefined) continue;
    const { dropped, ...counts } = manifest.totals;
    const isRaw = redact === -1 || index < redact;
    const shown = isRaw && mask !== undefined ? await maskedDrops(artefact, manifest, mask) : dropped;
    funnel.push({ stage, ...counts, dropped: shown });
  }
  return funnel;
}

/**
 * The counts of dropped rows with masked samples. The samples are rebuilt from the rows, because truncation may split a
 * value.
 */
async function maskedDrops(artefact: Artefact, { totals, shards }: Manifest, mask: SampleMask): Promise<DropCount[]> {
  const wanted = new Set(totals.dropped.flatMap(({ samples }) => samples.map(keyOf)));
  const found = new Map<string, DroppedRow>();
  for (const record of shards) {
    if (found.size === wanted.size) break;
    const isHere = record.counts.dropped.some(({ samples }) => samples.some((sample) => wanted.has(keyOf(sample))));
    if (!isHere) continue;
    for (const dropped of await artefact.droppedRows(record)) {
      if (wanted.has(keyOf(dropped.row))) found.set(keyOf(dropped.row), dropped);
    }
  }
  const counts: DropCount[] = [];
  for (const { samples, ...count } of totals.dropped) {
    const masked: DropSample[] = [];
    for (const sample of samples) masked.push(await maskedSample(sample, found.get(keyOf(sample)), mask));
    counts.push({ ...count, samples: masked });
  }
  return counts;
}

async function maskedSample(
  sample: DropSample,
  dropped: DroppedRow | undefined,
  mask: SampleMask,
): Promise<DropSample> {
  if (dropped === undefined) return { ...sample, detail: null, text: "" };
  const { fields, words } = await mask(dropped.row);
  const detail = sample.detail === null ? null : await words(sample.detail);
  if (sample.text === "") return { ...sample, detail };
  return { ...sample, detail, text: fields === null ? HIDDEN : rowStart({ fields }) };
}

/** Key of a row by its id and line: two unreadable lines may have the same id. */
function keyOf({ id, line }: { id: string; line: number }): string {
  return `${id} ${line}`;
}
