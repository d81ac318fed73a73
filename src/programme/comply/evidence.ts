import { existsSync } from "node:fs";
import { join, relative } from "node:path";

import { sha256 } from "../../base/hash.ts";
import { hashFile } from "../../base/hash-file.ts";
import type { EvidenceItem, Requirement } from "../../domain/compliance.ts";
import type { ComplianceAnswers } from "../../domain/compliance-answers.ts";
import type { StudyCuration } from "../../domain/study-curation.ts";
import type { VendorChain } from "../../domain/vendor-chain.ts";
import type { TrainingJob } from "../../domain/training-job.ts";
import { evaluationIds, readResult } from "../evaluate/evaluation-folder.ts";
import { readTestsetLock } from "../datasets/testset-lock.ts";
import { dataReportPaths } from "../folder/data-report-paths.ts";
import { REPORT_FOLDER } from "../folder/report-folder.ts";
import { resolveInside } from "../folder/resolve-inside.ts";
import { MEMORISATION_FILE, readMemorisation } from "./memorisation/memorisation-file.ts";
import { ANSWERS_FILE } from "./read-answers.ts";

/** A file that can serve as evidence, and its kinds of record. */
export type EvidenceFile = {
  path: string;
  sha256: string;
  records: readonly string[];
  detail: string;
  /** True if it does not match the current data or plan, or has expired. */
  isStale: boolean;
  /** Requirements that it is limited to; empty if it applies to all that ask for its record. */
  requirements: readonly string[];
  /** Its content if it is a record instead of a file of the folder; the pack writes it as a file. */
  content?: string | undefined;
};

/** Sources of files that are evidence in themselves. */
export type EvidenceInput = {
  dir: string;
  on: string;
  answers: ComplianceAnswers;
  curation: StudyCuration | null;
  /** Training jobs of the programme; default: none. */
  jobs?: readonly TrainingJob[] | undefined;
  /** Vendors with their agreements. */
  vendors: VendorChain;
};

/**
 * Files of a programme that are evidence: output of its own commands, and the papers named in `compliance.yaml`.
 *
 * @throws Failure if a named paper does not exist or is outside the folder
 */
export async function evidenceFiles(input: EvidenceInput): Promise<EvidenceFile[]> {
  const { dir, on, answers, curation, jobs = [], vendors } = input;
  const files: EvidenceFile[] = ledgerEvidence(vendors);
  const add = async (path: string, file: Omit<EvidenceFile, "path" | "sha256">): Promise<void> => {
    if (existsSync(join(dir, path))) files.push({ path, sha256: await hashFile(join(dir, path)), ...file });
  };
  const isOld = curation?.state === "stale";
  await add(join(REPORT_FOLDER, "study.json"), {
    records: ["run.config", "run.compute"],
    detail: "feasibility study: plan, compute and cost with their sources",
    isStale: false,
    requirements: [],
  });
  await add("budget.json", {
    records: ["approval.signoff"],
    detail: "approved budget",
    isStale: false,
    requirements: [],
  });
  await add(dataReportPaths(REPORT_FOLDER).json, {
    records: dataRecords(curation),
    detail: isOld
      ? "data report of files that have changed since"
      : "data report: input rows, kept rows, and why rows were dropped",
    isStale: isOld,
    requirements: [],
  });
  await add(MEMORISATION_FILE, {
    records: ["eval.memorisation"],
    requirements: [],
    ...(await memorisationEvidence(dir, on)),
  });
  for (const item of [
    ...(await evaluationEvidence(dir)),
    ...jobEvidence(dir, jobs),
    ...vendorEvidence(answers, vendors),
  ]) {
    const { path, ...file } = item;
    await add(path, { ...file, requirements: [] });
  }
  for (const { record, title, path, validUntil, requirements, reviewer } of answers.documents) {
    const isPast = validUntil !== undefined && validUntil < on;
    files.push({
      path,
      sha256: await hashFile(await resolveInside(dir, path)),
      records: [record],
      detail: `${title}${reviewer === undefined ? "" : `, reviewed by ${reviewer}`}${isPast ? `, valid until ${validUntil}` : ""}`,
      isStale: isPast,
      requirements,
    });
  }
  return files;
}

/** A file of the programme that is evidence for every requirement that asks for its records. */
type OwnFile = Omit<EvidenceFile, "sha256" | "requirements">;

/** Completed evaluations; one on a set that testset.lock does not pin is not current. */
async function evaluationEvidence(dir: string): Promise<OwnFile[]> {
  const lock = await readTestsetLock(dir);
  const digests = new Set(Object.values(lock?.sets ?? {}).map(({ digest }) => digest));
  const results = await Promise.all((await evaluationIds(dir)).map((id) => readResult(dir, id)));
  return results
    .filter(({ isComplete }) => isComplete)
    .map(({ id, target, evaluation, items, slices, fingerprints, finishedAt, scorers, tool }) => {
      const isLocked = digests.has(fingerprints.set);
      const isImported = scorers.some(({ kind }) => kind === "imported");
      const why = isImported
        ? `from ${tool}: no lock shows that its items are unchanged`
        : "its set is no longer locked";
      return {
        path: join("evaluations", id, "result.json"),
        records: ["eval.result", ...(slices.length > 0 ? ["eval.bias"] : [])],
        detail: `${target} on ${evaluation}, ${items} items, ${finishedAt.slice(0, 10)}${isLocked ? "" : `; ${why}`}`,
        isStale: !isLocked,
      };
    });
}

/** The last test of memorisation; one of another year is out of date, because attacks improve. */
async function memorisationEvidence(dir: string, on: string): Promise<Pick<OwnFile, "detail" | "isStale">> {
  const tested = await readMemorisation(dir);
  if (tested === null) return { detail: "", isStale: false };
  const isOld = `${Number(tested.on.slice(0, 4)) + 1}${tested.on.slice(4)}` < on;
  return {
    detail: `tested on ${tested.on}: ${tested.reasons.join("; ")}${isOld ? "; more than a year ago" : ""}`,
    isStale: isOld,
  };
}

/** Verified training jobs: the run, the version of its data, and the hash of its output. */
function jobEvidence(dir: string, jobs: readonly TrainingJob[]): OwnFile[] {
  return jobs
    .filter(({ state }) => state === "done-verified")
    .map(({ id, folder, step, datasetDigest, modelSha256, modelId, spentUsd }) => ({
      path: relative(dir, join(folder, "config.json")),
      records: ["run.config", "run.artifact"],
      detail: `job ${id}: ${step ?? 0} steps on the version ${datasetDigest.slice(0, 16)}; ${modelId === null ? `adapter SHA-256 ${modelSha256 ?? "unknown"}` : `model ${modelId} of a provider`}; ${spentUsd === null ? "no price" : `${spentUsd} USD`}`,
      isStale: false,
    }));
}

/** The register of vendors in compliance.yaml; out of date if an agreement or a vendor is missing. */
function vendorEvidence({ vendors }: ComplianceAnswers, { problems }: VendorChain): OwnFile[] {
  if (vendors.length === 0) return [];
  const missing = problems.length === 0 ? "" : `; ${problems.join("; ")}`;
  return [
    {
      path: ANSWERS_FILE,
      records: ["vendor.register"],
      detail: `register of ${vendors.length} vendors${missing}`,
      isStale: problems.length > 0,
    },
  ];
}

/**
 * The bills of the ledger compared with the register: a record with the head of the ledger, so that the comparison can
 * be repeated.
 */
function ledgerEvidence(chain: VendorChain): EvidenceFile[] {
  const { ledger, problems } = chain;
  if (ledger === null || ledger.size === 0) return [];
  const content = `${JSON.stringify(chain, null, 2)}\n`;
  return [
    {
      path: "ledger/vendors.json",
      sha256: sha256(content),
      records: ["cost.entry"],
      detail: `vendors compared with the ledger of ${ledger.size} entries, head ${ledger.hash.slice(0, 16)}${problems.length === 0 ? "" : `; ${problems.join("; ")}`}`,
      isStale: problems.length > 0,
      requirements: [],
      content,
    },
  ];
}

/** Records that a data run supplies, by the stages that ran. */
function dataRecords(curation: StudyCuration | null): string[] {
  if (curation === null) return [];
  return [
    "dataset.manifest",
    "dataset.filter",
    "dataset.quality",
    ...(curation.personalData === null ? [] : ["dataset.scan.pii"]),
    ...(curation.rights === null ? [] : ["dataset.scan.licence"]),
  ];
}

/** Evidence of a requirement: for each required item, the file that supplies it, or what is missing. */
export function evidenceOf(requirement: Requirement, files: readonly EvidenceFile[]): EvidenceItem[] {
  return requirement.evidence.map(({ artifact, automation, record }) => {
    const fitting = files.filter(
      ({ records, requirements }) =>
        records.includes(record) && (requirements.length === 0 || requirements.includes(requirement.id)),
    );
    const file = fitting.find(({ isStale }) => !isStale) ?? fitting[0];
    if (file === undefined) {
      return { artifact, automation, state: "missing", ref: null, sha256: null, detail: HOW[record] ?? byHand(record) };
    }
    return {
      artifact,
      automation,
      state: file.isStale ? "stale" : "found",
      ref: file.path,
      sha256: file.sha256,
      detail: file.detail,
    };
  });
}

const DATA_RUN = "tunewright data run, then tunewright data report";

/** The command that creates a missing record, if there is one. */
const HOW: Readonly<Record<string, string>> = {
  "run.config": "tunewright feasibility",
  "run.compute": "tunewright feasibility",
  "cost.entry": "tunewright ledger import BILL.csv, with the vendors listed in compliance.yaml",
  "approval.signoff": "tunewright plan budget --approve, or a signed paper under documents in compliance.yaml",
  "run.artifact": "tunewright train start, until its job is done-verified",
  "eval.result": "tunewright eval run on a locked set",
  "eval.memorisation": "tunewright comply memorisation",
  "eval.bias": "tunewright eval run on a locked set with slices",
  "vendor.register": "vendors in compliance.yaml, each with its agreements",
  "dataset.manifest": DATA_RUN,
  "dataset.filter": DATA_RUN,
  "dataset.quality": DATA_RUN,
  "dataset.scan.pii": `a redact stage in data.pipeline, ${DATA_RUN}`,
  "dataset.scan.licence": `a rights stage in data.pipeline, ${DATA_RUN}`,
};

function byHand(record: string): string {
  return `a paper with record: ${record} under documents in compliance.yaml`;
}
