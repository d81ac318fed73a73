import { hashFile } from "../../base/hash-file.ts";
import { type BomClaim, type BomDataset, type BomMetric, type CycloneDxVersion, mlBom } from "../../comply/ml-bom.ts";
import { flopText } from "../../comply/training-flop.ts";
import type { DataReport } from "../../domain/data-report.ts";
import type { EvaluationResult } from "../../domain/evaluation-result.ts";
import { evaluationIds, readResult } from "../evaluate/evaluation-folder.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";
import type { ComplianceView } from "./compliance-view.ts";
import { personalDataIn } from "./personal-data-in.ts";

/** The bill of materials of a programme's model, and omitted texts. */
export type ProgrammeBom = {
  document: Record<string, unknown>;
  /** Names of the texts that were omitted because they contain personal data. */
  withheld: string[];
};

/** Name, version and day of the document. */
type BomOptions = { on: string; tool: string; bomVersion?: CycloneDxVersion | undefined };

/**
 * The model that a programme tunes as a CycloneDX bill of materials: base, datasets with hashes, scores of completed
 * evaluations, and the evidence on file. Texts written by people that contain personal data are omitted and named.
 */
export async function programmeBom(
  view: ComplianceView,
  data: DataReport | null,
  { on, tool, bomVersion = "1.7" }: BomOptions,
): Promise<ProgrammeBom> {
  const { report, loaded, training } = view;
  const { name, description, owner, model, task } = loaded.programme;
  const withheld: string[] = [];
  const clean = (what: string, text: string, instead: string): string => {
    if (personalDataIn(text).length === 0) return text;
    withheld.push(what);
    return instead;
  };
  const named = await datasets(loaded, data);
  // One search of all names; a name is searched by itself only if there is something to find.
  const areClean = personalDataIn(named.map((dataset) => dataset.name).join("\n")).length === 0;
  const space = tool.lastIndexOf(" ");
  const document = mlBom({
    specVersion: bomVersion,
    on,
    tool: { name: tool.slice(0, space), version: tool.slice(space + 1) },
    name: clean("name", name, "model"),
    description: clean("description", description, ""),
    owner: owner === undefined ? null : clean("owner", owner, "") || null,
    weightsSha256: null,
    base: { id: model.base, licence: training.shape.licence },
    task: task.kind,
    method: training.spec.method,
    datasets: areClean
      ? named
      : named.map((dataset) => ({ ...dataset, name: clean(dataset.name, dataset.name, "dataset") })),
    metrics: await metrics(loaded.dir),
    claims: claims(view).map((claim) => ({
      ...claim,
      evidence: claim.evidence.map((file) => ({ ...file, detail: clean(file.path, file.detail, "") })),
    })),
    properties: ["run.modificationFlop", "base.trainingFlop"].flatMap((id) => {
      const value = report.facts.find((fact) => fact.id === id)?.value;
      return typeof value === "number" ? [{ name: `tunewright:${id}`, value: flopText(value) }] : [];
    }),
  });
  return { document, withheld: [...new Set(withheld)] };
}

/** The output rows of the last data run; the files listed in `programme.yaml` if there was no run. */
async function datasets({ programme, resolve }: LoadedProgramme, data: DataReport | null): Promise<BomDataset[]> {
  const out = data?.datasheet.find(({ id }) => id === "dataset.manifest.files")?.value as
    | { name: string; sha256: string }
    | null
    | undefined;
  const { personalData, files } = programme.data;
  if (data !== null && out) {
    const rows = data.rowsBySource.reduce((sum, entry) => sum + entry.rows, 0);
    // Personal data that the stage redact found has been removed from the rows; without the stage, declared personal
    // data is still in them.
    const isRaw = data.personalData === null && personalData !== "none";
    return [{ name: out.name, sha256: out.sha256, licence: null, rows, sensitiveData: isRaw ? [personalData] : [] }];
  }
  const trained = files.filter(({ role }) => role !== "eval" && role !== "replay");
  const listed: BomDataset[] = [];
  // One file after the other: each open file has a buffer, and a programme may list ten thousand.
  for (const { path, licence = null } of trained) {
    const sha256 = await hashFile(await resolve(path));
    const sensitiveData = personalData === "none" ? [] : [personalData];
    listed.push({ name: path, sha256, licence, rows: null, sensitiveData });
  }
  return listed;
}

async function metrics(dir: string): Promise<BomMetric[]> {
  const ids = await evaluationIds(dir);
  const results = await Promise.all(ids.map((id) => readResult(dir, id)));
  return results.filter(({ isComplete }) => isComplete).flatMap(scoresOf);
}

function scoresOf({ evaluation, target, scores, slices }: EvaluationResult): BomMetric[] {
  const all = [
    ...scores.map((score) => ({ score, slice: null as string | null })),
    ...slices.flatMap(({ field, value, scores: own }) => own.map((score) => ({ score, slice: `${field}=${value}` }))),
  ];
  return all.flatMap(({ score: { scorer, mean, interval }, slice }) =>
    mean === null
      ? []
      : [
          {
            type: `${evaluation}/${scorer} (${target})`,
            value: String(mean),
            slice,
            interval: interval === null ? null : { low: String(interval.low), high: String(interval.high) },
          },
        ],
  );
}

/** Requirements that apply today and have evidence. */
function claims({ report }: ComplianceView): BomClaim[] {
  return report.requirements
    .filter(({ applies }) => applies === "yes")
    .map(({ id, title, evidence }) => ({
      id,
      title,
      evidence: evidence.flatMap(({ state, ref, sha256, detail }) =>
        state === "found" && ref !== null && sha256 !== null ? [{ path: ref, sha256, detail }] : [],
      ),
    }))
    .filter(({ evidence }) => evidence.length > 0)
    .map((claim) => ({ ...claim, evidence: [...new Map(claim.evidence.map((file) => [file.path, file])).values()] }));
}
