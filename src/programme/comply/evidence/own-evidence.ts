import { join, relative } from "node:path";

import { sha256 } from "../../../base/hash.ts";
import { counted } from "../../../base/words.ts";
import type { AccessLogSummary } from "../../../domain/access-log.ts";
import type { ComplianceAnswers } from "../../../domain/compliance-answers.ts";
import type { EvidenceSource } from "../../../domain/compliance.ts";
import type { Memorisation } from "../../../domain/memorisation.ts";
import type { ReleasedVersions } from "../../../domain/released-version.ts";
import type { TrainingJob } from "../../../domain/training-job.ts";
import type { VendorChain } from "../../../domain/vendor-chain.ts";
import { readTestsetLock } from "../../folder/testset-lock.ts";
import { evaluationIds, readResult } from "../../evaluate/evaluation-folder.ts";
import { ANSWERS_FILE } from "../../reading/answers-file.ts";
import { MEMORISATION_FILE, readMemorisation } from "../memorisation/memorisation-file.ts";
import type { EvidenceFile, OwnFile } from "./evidence-file.ts";

/** Completed evaluations; one on a set that testset.lock does not pin is not current. */
export async function evaluationEvidence(dir: string): Promise<OwnFile[]> {
  const lock = await readTestsetLock(dir);
  const digests = new Set(Object.values(lock?.sets ?? {}).map(({ digest }) => digest));
  const results = await Promise.all((await evaluationIds(dir)).map((id) => readResult(dir, id)));
  return results
    .filter(({ isComplete }) => isComplete)
    .map(({ id, target, evaluation, items, fingerprints, finishedAt, scorers, tool }) => {
      const isLocked = digests.has(fingerprints.set);
      const isImported = scorers.some(({ kind }) => kind === "imported");
      const why = isImported
        ? `from ${tool}: no lock shows that its items are unchanged`
        : "its set is no longer locked";
      return {
        path: join("evaluations", id, "result.json"),
        proves: ["evaluation"],
        detail: `${target} on ${evaluation}, ${items} items, ${finishedAt.slice(0, 10)}${isLocked ? "" : `; ${why}`}`,
        isStale: !isLocked,
        collectedAt: finishedAt.slice(0, 10),
        validUntil: null,
        reviewer: null,
      };
    });
}

/** The last test of memorisation; one of another year is out of date, because attacks improve. */
export async function memorisationEvidence(dir: string, on: string): Promise<OwnFile[]> {
  const tested = await readMemorisation(dir);
  if (tested === null) return [];
  const validUntil = `${Number(tested.on.slice(0, 4)) + 1}${tested.on.slice(4)}`;
  const isOld = validUntil < on;
  return [
    {
      path: MEMORISATION_FILE,
      proves: provedBy(tested),
      detail: `tested on ${tested.on}: ${tested.reasons.join("; ")}${isOld ? "; more than a year ago" : ""}`,
      isStale: isOld,
      collectedAt: tested.on,
      validUntil,
      reviewer: null,
    },
  ];
}

/** Kinds of proof in a test of memorisation: extraction and membership only if both were tested, with canaries. */
function provedBy({ membership, exposures, verbatim }: Memorisation): EvidenceSource[] {
  const isWhole = membership !== null && exposures.length > 0 && verbatim !== null;
  return [
    "memorisation",
    ...(verbatim === null ? [] : (["verbatim"] as const)),
    ...(isWhole ? (["extraction-and-membership"] as const) : []),
  ];
}

/** Verified training jobs: the run, the version of its data, and the hash of its output. */
export function jobEvidence(dir: string, jobs: readonly TrainingJob[]): OwnFile[] {
  return jobs
    .filter(({ state }) => state === "done-verified")
    .map(({ id, folder, step, datasetDigest, modelSha256, modelId, spentUsd, endedAt }) => ({
      path: relative(dir, join(folder, "config.json")),
      proves: ["training-job"],
      detail: `job ${id}: ${step ?? 0} steps on the version ${datasetDigest.slice(0, 16)}; ${modelId === null ? `adapter SHA-256 ${modelSha256 ?? "unknown"}` : `model ${modelId} of a provider`}; ${spentUsd === null ? "no price" : `${spentUsd} USD`}`,
      isStale: false,
      collectedAt: endedAt?.slice(0, 10) ?? null,
      validUntil: null,
      reviewer: null,
    }));
}

/** The register of vendors in compliance.yaml; out of date if an agreement or a vendor is missing. */
export function vendorEvidence({ vendors }: ComplianceAnswers, { problems }: VendorChain): OwnFile[] {
  if (vendors.length === 0) return [];
  const missing = problems.length === 0 ? "" : `; ${problems.join("; ")}`;
  const days = vendors.flatMap(({ on }) => on ?? []).toSorted();
  const undated = vendors.length - days.length;
  const dating = undated === 0 ? `, each checked since ${days[0]}` : `; ${counted(undated, "row")} without a day (on)`;
  return [
    {
      path: ANSWERS_FILE,
      proves: ["vendor-register"],
      detail: `register of ${counted(vendors.length, "vendor")}${dating}${missing}`,
      isStale: problems.length > 0,
      collectedAt: undated === 0 ? days[0]! : null,
      validUntil: null,
      reviewer: null,
    },
  ];
}

/**
 * The bills of the ledger compared with the register: a record with the head of the ledger, so that the comparison can
 * be repeated.
 */
export function ledgerEvidence(chain: VendorChain, on: string): EvidenceFile[] {
  const { ledger, problems } = chain;
  if (ledger === null || ledger.size === 0) return [];
  const detail = `vendors compared with the ledger of ${ledger.size} entries, head ${ledger.hash.slice(0, 16)}${problems.length === 0 ? "" : `; ${problems.join("; ")}`}`;
  return [
    record({ path: "ledger/vendors.json", of: "vendor-bills", detail, value: chain, isStale: problems.length > 0, on }),
  ];
}

/** The model versions in use, with their aliases: a record of the registry. */
export function releaseEvidence({ versions }: ReleasedVersions, on: string): EvidenceFile[] {
  if (versions.length === 0) return [];
  const listed = versions.map(({ model, version, marks }) => `${model} ${version} (${marks.join(", ")})`).join(", ");
  const detail = `versions in use by the registry: ${listed}`;
  return [record({ path: "registry/releases.json", of: "releases", detail, value: versions, isStale: false, on })];
}

/**
 * The access log of the server: its summary as a record, with the hash of each file. A log in which nobody is named
 * does not show who asked, so it is no evidence; one with a changed or missing line is out of date.
 */
export function accessEvidence(access: AccessLogSummary | null, on: string): EvidenceFile[] {
  if (access === null || access.named === 0 || access.head === null) return [];
  const { requests, named, accounts, refused, from, until, head, removed, lost, problems } = access;
  const detail = [
    `access log from ${from!.slice(0, 10)} to ${until!.slice(0, 10)}: ${counted(requests, "request")}, ${named} of them with a name (${counted(accounts, "account")}), ${refused} refused; head ${head.slice(0, 16)}`,
    ...(removed === 0 ? [] : [`${counted(removed, "older file")} removed`]),
    ...(lost === 0 ? [] : [`${counted(lost, "request")} not logged`]),
    ...(problems.length === 0 ? [] : [`not as it was written: ${problems.slice(0, 3).join(", ")}`]),
  ].join("; ");
  const isStale = problems.length > 0;
  return [record({ path: "access/summary.json", of: "access-log", detail, value: access, isStale, on })];
}

/** A record of the state as evidence, as it is on a day. */
function record(entry: {
  path: string;
  of: EvidenceSource;
  detail: string;
  value: unknown;
  isStale: boolean;
  on: string;
}): EvidenceFile {
  const content = `${JSON.stringify(entry.value, null, 2)}\n`;
  return {
    path: entry.path,
    sha256: sha256(content),
    proves: [entry.of],
    detail: entry.detail,
    isStale: entry.isStale,
    named: null,
    collectedAt: entry.on,
    validUntil: null,
    reviewer: null,
    content,
  };
}
