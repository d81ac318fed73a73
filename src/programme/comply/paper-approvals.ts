import { join } from "node:path";

import { atomicWrite } from "../../base/atomic-write.ts";
import type { Clock } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import { fieldProblems } from "../../base/issue-text.ts";
import { parseJson } from "../../base/json.ts";
import { readTextIfAny } from "../../base/read-text.ts";
import type { CompliancePaper } from "../../domain/compliance-paper.ts";
import { type ApprovalRequest, type PaperApproval, PaperApprovals } from "../../domain/paper-approval.ts";

/** File of a programme folder with the approvals of its papers. */
const APPROVALS_FILE = "approvals.json";

/**
 * Approvals of a programme, oldest first.
 *
 * @throws Failure bad_input if the file was not written by `comply approve`
 */
export async function readApprovals(dir: string): Promise<PaperApproval[]> {
  const text = await readTextIfAny(join(dir, APPROVALS_FILE), { shown: APPROVALS_FILE });
  if (text === null) return [];
  const value = parseJson(text, APPROVALS_FILE);
  const parsed = PaperApprovals.safeParse(value);
  if (parsed.success) return parsed.data.approvals;
  const [problem] = fieldProblems(parsed.error, value);
  throw new Failure("bad_input", `${APPROVALS_FILE}: ${problem?.path.join(".") ?? ""} ${problem?.text ?? ""}`, {
    hint: "restore the file; tunewright comply approve appends to it",
  });
}

/** Papers with their last approval, and whether their content is still the approved one. */
export function withApprovals(
  papers: readonly CompliancePaper[],
  approvals: readonly PaperApproval[],
): CompliancePaper[] {
  return papers.map((paper) => {
    const last = approvals.findLast((approval) => approval.paper === paper.id);
    if (last === undefined) return paper;
    return {
      ...paper,
      approval: { by: last.by, at: last.at, sha256: last.sha256, isCurrent: last.sha256 === paper.sha256 },
    };
  });
}

/** Approvals that this process is writing, by folder: each waits for the previous one. */
const writing = new Map<string, Promise<unknown>>();

/** The approval of a person; `sha256`: hash of the paper that the person read. */
type Approved = Pick<ApprovalRequest, "paper" | "by" | "note"> & { sha256?: string | undefined };

/**
 * Approves the current content of a paper: who, when, and the hash of the content.
 *
 * @throws Failure not_found if the programme has no such paper; bad_input as `readApprovals`, or if the paper differs
 * from the one that was read
 */
export async function approvePaper(
  dir: string,
  papers: readonly CompliancePaper[],
  { request: { paper: id, by, note, sha256 }, now }: { request: Approved; now: Clock },
): Promise<PaperApproval> {
  const paper = papers.find((candidate) => candidate.id === id);
  if (paper === undefined) throw noPaper(id, papers);
  if (sha256 !== undefined && sha256 !== paper.sha256) {
    throw new Failure("bad_input", `the paper ${id} has changed since it was read`, {
      hint: "read it again, then approve it",
    });
  }
  const approval: PaperApproval = { paper: id, sha256: paper.sha256, by, at: now().toISOString(), note };
  const before = writing.get(dir) ?? Promise.resolve();
  const written = before.catch(() => undefined).then(() => append(dir, approval));
  writing.set(dir, written);
  await written;
  return approval;
}

async function append(dir: string, approval: PaperApproval): Promise<void> {
  const approvals = [...(await readApprovals(dir)), approval];
  await atomicWrite(join(dir, APPROVALS_FILE), `${JSON.stringify({ version: 1, approvals }, null, 2)}\n`);
}

/** The failure for a paper that a programme does not have. */
export function noPaper(id: string, papers: readonly CompliancePaper[]): Failure {
  return new Failure("not_found", `the programme has no paper "${id}"`, {
    hint: `its papers: ${papers.map((candidate) => candidate.id).join(", ")}`,
  });
}
