import { existsSync } from "node:fs";
import { join } from "node:path";

import { Failure } from "../../../base/failure.ts";
import { hashFile } from "../../../base/hash-file.ts";
import { parseJson } from "../../../base/json.ts";
import { readText } from "../../../base/read-text.ts";
import type { AccessLogSummary } from "../../../domain/access-log.ts";
import type { ComplianceAnswers } from "../../../domain/compliance-answers.ts";
import type { EvidenceSource } from "../../../domain/compliance.ts";
import type { ReleasedVersions } from "../../../domain/released-version.ts";
import type { StudyCuration } from "../../../domain/study-curation.ts";
import type { TrainingJob } from "../../../domain/training-job.ts";
import type { VendorChain } from "../../../domain/vendor-chain.ts";
import { BUDGET_FILE } from "../../budget/read-budget.ts";
import { dataReportPaths } from "../../folder/data-report-paths.ts";
import { REPORT_FOLDER } from "../../folder/report-folder.ts";
import { resolveInside } from "../../folder/resolve-inside.ts";
import type { LoadedProgramme } from "../../reading/read-programme.ts";
import { deletionEvidence } from "./deletion-evidence.ts";
import type { EvidenceFile, OwnFile } from "./evidence-file.ts";
import { optOutEvidence } from "./opt-out-evidence.ts";
import {
  accessEvidence,
  evaluationEvidence,
  jobEvidence,
  ledgerEvidence,
  memorisationEvidence,
  releaseEvidence,
  vendorEvidence,
} from "./own-evidence.ts";

/** Sources of files that are evidence in themselves. */
export type EvidenceInput = {
  loaded: Pick<LoadedProgramme, "dir" | "programme">;
  on: string;
  answers: ComplianceAnswers;
  curation: StudyCuration | null;
  /** Training jobs of the programme; default: none. */
  jobs?: readonly TrainingJob[] | undefined;
  /** Registered versions in use; default: none. */
  releases?: ReleasedVersions | undefined;
  /** Vendors with their agreements. */
  vendors: VendorChain;
  /** Access log of the server; default: none. */
  access?: AccessLogSummary | null | undefined;
  /** Head of deletions.jsonl that was kept elsewhere; default: none. */
  deletionsHead?: string | undefined;
};

/**
 * Files of a programme that are evidence: output of its own commands, and the papers named in `compliance.yaml`.
 *
 * @throws Failure if a named paper does not exist or is outside the folder
 */
export async function evidenceFiles(input: EvidenceInput): Promise<EvidenceFile[]> {
  const { loaded, on, answers, curation, jobs = [], releases = { versions: [] }, vendors, access = null } = input;
  const { dir } = loaded;
  const signals = await optOutEvidence(loaded, curation);
  const own = [
    ...(await reportEvidence(dir, curation, signals.length > 0)),
    ...(await memorisationEvidence(dir, on)),
    ...(await deletionEvidence(dir, input.deletionsHead)),
    ...(await evaluationEvidence(dir)),
    ...jobEvidence(dir, jobs),
    ...vendorEvidence(answers, vendors),
  ].filter(({ path }) => existsSync(join(dir, path)));
  return [
    ...ledgerEvidence(vendors, on),
    ...releaseEvidence(releases, on),
    ...accessEvidence(access, on),
    ...signals,
    ...(await hashed(dir, own)),
    ...(await documentEvidence(dir, answers, on)),
  ];
}

async function hashed(dir: string, files: readonly OwnFile[]): Promise<EvidenceFile[]> {
  const found: EvidenceFile[] = [];
  for (const file of files) found.push({ ...file, named: null, sha256: await hashFile(join(dir, file.path)) });
  return found;
}

/** The study, the approved budget and the data report. */
async function reportEvidence(dir: string, curation: StudyCuration | null, hasSignals: boolean): Promise<OwnFile[]> {
  const isOld = curation?.state === "stale";
  const file = async (path: string, day: string, rest: Pick<OwnFile, "proves" | "detail" | "isStale">) => ({
    path,
    ...rest,
    collectedAt: await dayIn(join(dir, path), day),
    validUntil: null,
    reviewer: null,
  });
  return [
    await file(join(REPORT_FOLDER, "study.json"), "generatedOn", {
      proves: ["study"],
      detail: "feasibility study: plan, compute and cost with their sources",
      isStale: false,
    }),
    await file(BUDGET_FILE, "approvedOn", {
      proves: ["budget"],
      detail: "approved budget",
      isStale: false,
    }),
    await file(dataReportPaths(REPORT_FOLDER).json, "on", {
      proves: dataProofs(curation, hasSignals),
      detail: isOld
        ? "data report of files that have changed since"
        : "data report: input rows, kept rows, and why rows were dropped",
      isStale: isOld,
    }),
  ];
}

/** The day that a JSON file of ours states in a field; null if it cannot be read or states none. */
async function dayIn(path: string, field: string): Promise<string | null> {
  try {
    const value = parseJson(await readText(path), path);
    const day = value !== null && typeof value === "object" ? (value as Record<string, unknown>)[field] : undefined;
    return typeof day === "string" ? day : null;
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

/** Papers that people name in compliance.yaml. */
async function documentEvidence(dir: string, { documents }: ComplianceAnswers, today: string): Promise<EvidenceFile[]> {
  const files: EvidenceFile[] = [];
  for (const { record, title, path, on, validUntil, requirements, reviewer } of documents) {
    const isPast = validUntil !== undefined && validUntil < today;
    files.push({
      path,
      sha256: await hashFile(await resolveInside(dir, path)),
      proves: [],
      detail: `${title}${reviewer === undefined ? "" : `, reviewed by ${reviewer}`}${isPast ? `, valid until ${validUntil}` : ""}`,
      isStale: isPast,
      named: { record, requirements },
      collectedAt: on ?? null,
      validUntil: validUntil ?? null,
      reviewer: reviewer ?? null,
    });
  }
  return files;
}

/** Kinds of proof in the report on a data run, by the stages that ran. */
function dataProofs(curation: StudyCuration | null, hasSignals: boolean): EvidenceSource[] {
  if (curation === null) return [];
  const hasQuality = curation.stages.some(({ stage }) => stage === "quality");
  return [
    "data-run",
    ...(hasQuality ? (["quality"] as const) : []),
    ...(curation.personalData === null ? [] : (["redaction"] as const)),
    ...(curation.rights === null ? [] : (["rights"] as const)),
    ...(curation.rights === null || !hasSignals ? [] : (["opt-out-drops"] as const)),
  ];
}
