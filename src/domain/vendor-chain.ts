import * as z from "zod";

import { LedgerHead } from "./ledger.ts";

/** An agreement with a vendor. */
export const VendorAgreement = z.strictObject({
  state: z
    .enum(["on-file", "missing", "gone", "not-needed", "unknown"])
    .describe("gone: its file does not exist; unknown: it is not stated what data the vendor receives"),
  path: z.string().nullable().describe("File in the programme folder; null if none is named"),
  sha256: z.string().nullable().describe("SHA-256 of the file; null if there is none"),
});
export type VendorAgreement = z.infer<typeof VendorAgreement>;

/** A vendor that receives, or may receive, data of the programme. */
export const VendorLink = z.strictObject({
  name: z.string().describe("Name in the register; otherwise the host or the service"),
  isRegistered: z.boolean().describe("It is in the register of compliance.yaml"),
  through: z.string().nullable().describe("Vendor that passes the data on; null if the programme sends them itself"),
  seen: z.array(z.string()).describe("Where the programme names it: configuration, evaluations, bills"),
  dpa: VendorAgreement.describe("Data processing agreement (GDPR, Article 28)"),
  baa: VendorAgreement.describe("Business associate agreement (HIPAA, 45 CFR 164.504(e))"),
  problems: z.array(z.string()).describe("What is missing for this vendor"),
});
export type VendorLink = z.infer<typeof VendorLink>;

/** Vendors of a programme with their agreements, down the chain of sub-processors. */
export const VendorChain = z.strictObject({
  links: z.array(VendorLink).describe("Vendors: the register in its order, then recipients that are not in it"),
  problems: z.array(z.string()).describe("What is missing for any vendor"),
  ledger: LedgerHead.nullable().describe("Head of the ledger whose bills were compared; null if nothing was logged"),
});
export type VendorChain = z.infer<typeof VendorChain>;

/** Services charged in current bills. */
export const BilledServices = z.strictObject({
  services: z.array(z.string()).describe("Names of services in bills, each once"),
  ledger: LedgerHead.describe("Head of the ledger at the time"),
});
export type BilledServices = z.infer<typeof BilledServices>;
