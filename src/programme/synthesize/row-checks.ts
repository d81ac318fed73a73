import { decontaminateRows } from "../../curate/decontaminate/decontaminate-stage.ts";
import { loadDecontaminator } from "../../curate/decontaminate/load-decontaminator.ts";
import { readManifest } from "../../curate/freeze/frozen-folder.ts";
import { piiStage } from "../../curate/pii/pii-stage.ts";
import { redactSetup } from "../../curate/pii/operators/redact-setup.ts";
import { qualityStage } from "../../curate/quality/quality-stage.ts";
import type { RowStage } from "../../curate/stage.ts";
import { parseBenchmarkSpec } from "../../curate/decontaminate/benchmark-fields.ts";
import { QualityOptions } from "../../domain/quality.ts";
import { RedactOptions } from "../../domain/redact.ts";
import type { Synthesis } from "../../domain/synthesis.ts";
import { readTestsetLock, setFolder } from "../folder/testset-lock.ts";
import { type Candidate, type CheckOutcome, parted } from "./candidate.ts";
import type { LoadedSynthesis } from "./load-synthesis.ts";

/** Drops rows by the rules of `data quality`: refusals, repetition, marks of templates, answers in another language ... */
export function checkQuality(candidates: readonly Candidate[], { allow }: Synthesis["checks"]): Promise<CheckOutcome> {
  // The rejected answer of a pair is meant to be faulty.
  return byStage(qualityStage, candidates, QualityOptions.parse({ profile: "instruct", allow }));
}

/** Drops rows with personal data, or redacts them: the findings of `data redact`, without the values. */
export async function checkPersonalData(
  candidates: readonly Candidate[],
  { personalData }: Synthesis["checks"],
): Promise<CheckOutcome> {
  const operators = Object.fromEntries(personalData.allow.map((entity) => [entity, "keep"]));
  const setup = redactSetup(RedactOptions.parse({ operators }), { keyFile: undefined, env: {} });
  const { kept, dropped, notes } = await piiStage.run(rowsOf(candidates), setup);
  const found = new Map<string, string>();
  for (const { id, note } of notes) {
    const spans = note["spans"] as readonly { type: string; operator: string }[];
    const types = new Set(spans.filter(({ operator }) => operator !== "keep").map(({ type }) => type));
    if (types.size > 0) found.set(id, [...types].toSorted().join(", "));
  }
  if (personalData.found === "drop") {
    const leaks = new Set(dropped.map(({ row }) => row.id));
    return parted(candidates, ({ row }) => {
      const types = found.get(row.id) ?? (leaks.has(row.id) ? "found again after redaction" : undefined);
      return types === undefined ? undefined : { reason: "personal-data", detail: types };
    });
  }
  const redacted = new Map(kept.map((row) => [row.id, row]));
  const outcome = parted(candidates, ({ row }) =>
    redacted.has(row.id) ? undefined : { reason: "personal-data", detail: "found again after redaction" },
  );
  const kepts = outcome.kept.map((candidate) => ({ ...candidate, row: redacted.get(candidate.row.id)! }));
  return { ...outcome, kept: kepts };
}

/**
 * Drops rows that contain an item of a test set: those named in the file, the eval and replay files of the programme,
 * and the sets of `testset.lock`.
 */
export async function checkContamination(
  candidates: readonly Candidate[],
  { dir, definition, programmeFiles = [], pathOf }: LoadedSynthesis,
): Promise<CheckOutcome> {
  const { against: stated, method } = definition.checks.decontaminate;
  const named = new Set(stated.map((text) => parseBenchmarkSpec(text).path));
  const own = programmeFiles.filter(({ role }) => role === "eval" || role === "replay");
  const known = [...own.map(({ path }) => path), ...(await lockedFiles(dir))].filter((path) => !named.has(path));
  const against = [...stated, ...new Set(known)];
  if (against.length === 0) return { kept: [...candidates], dropped: [] };
  const paths = new Map<string, string>();
  for (const text of against) {
    const { path } = parseBenchmarkSpec(text);
    paths.set(path, await pathOf(path));
  }
  const { hitsOf } = await loadDecontaminator({ against, method }, { pathOf: (name) => paths.get(name)! });
  return byStage(decontaminateRows, candidates, { hitsOf });
}

/** Files of the sets of `testset.lock`, relative to the programme folder. */
export async function lockedFiles(dir: string): Promise<string[]> {
  const sets = Object.values((await readTestsetLock(dir))?.sets ?? {});
  const files = sets.map(async (set) => {
    const manifest = await readManifest(await setFolder(dir, set));
    return (manifest?.files ?? []).map(({ file }) => `${set.folder}/${file}`);
  });
  return (await Promise.all(files)).flat();
}

async function byStage<Options>(
  stage: RowStage<Options>,
  candidates: readonly Candidate[],
  options: Options,
): Promise<CheckOutcome> {
  const { dropped } = await stage.run(rowsOf(candidates), options);
  const reasons = new Map(dropped.map(({ row, reason, detail = "" }) => [row.id, { reason, detail }]));
  return parted(candidates, ({ row }) => reasons.get(row.id));
}

function rowsOf(candidates: readonly Candidate[]): Candidate["row"][] {
  return candidates.map(({ row }) => row);
}
