import { atomicWrite } from "../../../base/atomic-write.ts";
import { Failure } from "../../../base/failure.ts";
import { sha256 } from "../../../base/hash.ts";
import type { AppliedRequirement } from "../../../domain/compliance.ts";
import { LedgerCheck, type LedgerHead } from "../../../domain/ledger.ts";
import type { PackManifest, PackSummary } from "../../../domain/compliance-pack.ts";
import { verifyLedger } from "../../../ledger/verify.ts";
import { answerFromState } from "../../state/with-state.ts";
import type { PaperOptions } from "../comply-papers.ts";
import { papersOf } from "../comply-papers.ts";
import { complyShow } from "../comply-show.ts";
import { paperFiles } from "../paper-files.ts";
import { type ArchiveFile, packBytes } from "./pack-archive.ts";
import { claimOf } from "./pack-claims.ts";

/** Input of `comply papers`, plus the output file. */
export type PackOptions = PaperOptions & {
  /** Output file. */
  out: string;
};

/** Id of the claim for the papers themselves. */
const PAPERS = "papers";

/**
 * Writes a ZIP file for counsel and auditors: the papers, and for each requirement that applies or may apply and has
 * evidence a folder with the files, under a manifest of hashes and the head of the ledger.
 *
 * @throws Failure as `complyShow`, or if an evidence file is missing or too large
 */
export async function complyPack(dir: string, options: PackOptions): Promise<PackSummary> {
  const { on, tool, out, onStep = () => undefined } = options;
  const view = await complyShow(dir, options);
  const papers = await papersOf(dir, view, options);
  onStep("copying the evidence");
  const { requirements } = view.report;
  const hasEvidence = ({ evidence }: AppliedRequirement): boolean => evidence.some(({ state }) => state !== "missing");
  const withEvidence = requirements.filter(hasEvidence);
  const without = requirements.filter((requirement) => requirement.applies !== "unknown" && !hasEvidence(requirement));
  const records = new Map(view.files.flatMap(({ path, content }) => (content === undefined ? [] : [[path, content]])));
  const claims = await Promise.all(withEvidence.map((requirement) => claimOf(dir, requirement, records)));
  const paperCopies = (await paperFiles(papers)).map(([name, content]): ArchiveFile => ({
    path: `${PAPERS}/${name}`,
    content,
  }));
  const files = [...paperCopies, ...claims.flatMap((claim) => claim.files)];
  const ledgerHead = await headOf(dir, options);
  const manifest: PackManifest = {
    format: 1,
    programme: view.report.programme,
    programmeSha256: view.loaded.sha256,
    on,
    tool,
    law: view.report.law,
    ledgerHead,
    claims: [
      {
        id: PAPERS,
        title: "Papers of the programme",
        claim: "generated from the programme on the day of the pack; unfilled fields are empty",
        missing: [],
        files: paperCopies.map(({ path }) => path),
      },
      ...claims.map(({ claim }) => claim),
    ],
    files: files.map(({ path, content }) => ({ path, bytes: content.length, sha256: sha256(content) })),
  };
  const bytes = packBytes(manifest, files);
  await atomicWrite(out, bytes);
  return {
    path: out,
    sha256: sha256(bytes),
    bytes: bytes.length,
    files: files.length,
    claims: claims.length,
    withoutEvidence: without.length,
    ledgerHead,
  };
}

/** Head of the programme's ledger; null if nothing was logged. */
async function headOf(dir: string, { state }: PackOptions): Promise<LedgerHead | null> {
  if (state === undefined) return null;
  try {
    const check = await answerFromState(
      { programmeDir: dir, ...state },
      {
        local: (store) => verifyLedger(store),
        path: "/ledger/verify",
        body: { head: null },
        isLong: true,
        output: LedgerCheck,
      },
    );
    if (!check.isIntact) {
      throw new Failure("outside", `the ledger is not intact: ${check.findings[0]!.text}`, {
        hint: "tunewright ledger verify",
      });
    }
    return { size: check.size, hash: check.hash, root: check.root };
  } catch (error) {
    if (error instanceof Failure && error.kind === "not_found") return null;
    throw error;
  }
}
