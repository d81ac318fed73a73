import { Failure } from "../../../base/failure.ts";
import { hashFile } from "../../../base/hash-file.ts";
import { vendorChain } from "../../../comply/vendor-chain.ts";
import type { ComplianceAnswers } from "../../../domain/compliance-answers.ts";
import type { BilledServices, VendorChain } from "../../../domain/vendor-chain.ts";
import { evaluationIds, readResult } from "../../evaluate/evaluation-folder.ts";
import { resolveInside } from "../../folder/resolve-inside.ts";
import { seenRecipients } from "./seen-recipients.ts";

/**
 * The vendors of a programme with their agreements: its register, its configuration, its evaluations and its bills.
 *
 * @throws Failure bad_input if an agreement lies outside the folder
 */
export async function programmeVendors(
  dir: string,
  { vendors }: ComplianceAnswers,
  billed: BilledServices | null,
): Promise<VendorChain> {
  const paths = new Set(vendors.flatMap(({ dpa, baa }) => [dpa, baa].filter((path) => path !== undefined)));
  const agreements = new Map<string, string | null>();
  for (const path of paths) agreements.set(path, await hashOf(dir, path));
  const evaluations = await Promise.all((await evaluationIds(dir)).map((id) => readResult(dir, id)));
  const recipients = await seenRecipients(dir, evaluations);
  const chain = vendorChain({ vendors, agreements, recipients, services: billed?.services ?? [] });
  return { ...chain, ledger: billed?.ledger ?? null };
}

async function hashOf(dir: string, path: string): Promise<string | null> {
  try {
    return await hashFile(await resolveInside(dir, path));
  } catch (error) {
    if (error instanceof Failure && error.kind === "not_found") return null;
    throw error;
  }
}
