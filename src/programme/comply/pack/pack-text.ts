import { whole } from "../../../base/words.ts";
import type { PackCheck, PackSummary } from "../../../domain/compliance-pack.ts";

/** Text of the result of `comply pack`. */
export function packText({ path, sha256, bytes, files, claims, withoutEvidence, ledgerHead }: PackSummary): string {
  return [
    `${path}: ${whole(files)} files, ${whole(bytes)} bytes`,
    `${whole(claims)} requirements with evidence; ${whole(withoutEvidence)} that apply have none and are not included`,
    ledgerHead === null
      ? "ledger: empty, so it has no head"
      : `ledger: ${whole(ledgerHead.size)} entries, head ${ledgerHead.hash}`,
    `SHA-256 ${sha256}`,
  ].join("\n");
}

/** Text of the check of a pack. */
export function packCheckText({ path, sha256, isIntact, claims, broken, changes, limits }: PackCheck): string {
  return [
    isIntact ? `${path} is intact: ${whole(claims ?? 0)} claims` : `${path} was changed after it was written`,
    ...changes.map(({ place, offset, detail }) => `${place}, byte ${offset}: ${detail}`),
    ...(broken.length === 0 ? [] : [`broken claims: ${broken.join(", ")}`]),
    `SHA-256 ${sha256}`,
    limits,
  ].join("\n");
}
