import type { ComplianceAnswers } from "../domain/compliance-answers.ts";
import type { VendorAgreement, VendorChain, VendorLink } from "../domain/vendor-chain.ts";

type Vendor = ComplianceAnswers["vendors"][number];

/** A recipient named by the programme: a host, and the place that names it. */
export type SeenRecipient = { host: string; place: string };

/** Records in which vendors appear. */
export type VendorRecords = {
  vendors: readonly Vendor[];
  /** SHA-256 of each agreement by its path; null if the file does not exist. */
  agreements: ReadonlyMap<string, string | null>;
  recipients: readonly SeenRecipient[];
  /** Services that bills charge for. */
  services: readonly string[];
};

/**
 * The vendors of a programme with their agreements: the register, compared with the recipients in the configuration and
 * the evaluations and with the services in bills. Every link of the chain needs its agreement, so a vendor below one
 * without an agreement is a problem too.
 *
 * @source GDPR, Article 28(2) and (4); 45 CFR 164.502(e)(1)(ii), 164.504(e)(5)
 */
export function vendorChain(records: VendorRecords): Omit<VendorChain, "ledger"> {
  const { vendors, recipients, services } = records;
  const registered = vendors.map((vendor): VendorLink => {
    const link = linkOf(vendor, records);
    return { ...link, problems: problemsOf(vendor, link, vendors) };
  });
  const others = new Map<string, string[]>();
  for (const { host, place } of recipients) {
    if (!vendors.some((vendor) => hasHost(vendor, host))) others.set(host, [...(others.get(host) ?? []), place]);
  }
  for (const service of services) {
    if (!vendors.some((vendor) => hasService(vendor, service))) others.set(service, [BILLS]);
  }
  const unknown = [...others].map(([name, places]): VendorLink => {
    const seen = [...new Set(places)];
    const problems = [`${name} (${seen.join(", ")}) is not in the register of vendors`];
    return { name, isRegistered: false, through: null, seen, dpa: UNKNOWN, baa: UNKNOWN, problems };
  });
  const links = [...registered, ...unknown];
  return { links, problems: links.flatMap(({ problems }) => problems) };
}

/** Place of a vendor that a bill charges for. */
const BILLS = "imported bills";

const UNKNOWN: VendorAgreement = { state: "unknown", path: null, sha256: null };

function linkOf(vendor: Vendor, { agreements, recipients, services }: VendorRecords): Omit<VendorLink, "problems"> {
  const { name, through = null, personalData, phi, dpa, baa } = vendor;
  const places = recipients.filter(({ host }) => hasHost(vendor, host)).map(({ place }) => place);
  const isBilled = services.some((service) => hasService(vendor, service));
  return {
    name,
    isRegistered: true,
    through,
    seen: [...new Set([...places, ...(isBilled ? [BILLS] : [])])],
    dpa: agreementOf(dpa, personalData, agreements),
    baa: agreementOf(baa, phi, agreements),
  };
}

function agreementOf(
  path: string | undefined,
  isNeeded: boolean,
  agreements: VendorRecords["agreements"],
): VendorAgreement {
  if (path === undefined) return { state: isNeeded ? "missing" : "not-needed", path: null, sha256: null };
  const sha256 = agreements.get(path) ?? null;
  return { state: sha256 === null ? "gone" : "on-file", path, sha256 };
}

function hasHost({ name, hosts }: Vendor, host: string): boolean {
  return [name, ...hosts].some((known) => host === known.toLowerCase() || host.endsWith(`.${known.toLowerCase()}`));
}

function hasService({ name, billedAs }: Vendor, service: string): boolean {
  return [name, ...billedAs].some((known) => known.toLowerCase() === service.toLowerCase());
}

function problemsOf(vendor: Vendor, link: Pick<VendorLink, "dpa" | "baa">, vendors: readonly Vendor[]): string[] {
  const { name, through } = vendor;
  const problems: string[] = [];
  for (const [title, { state, path }] of [
    ["data processing agreement", link.dpa],
    ["business associate agreement", link.baa],
  ] as const) {
    if (state === "missing") problems.push(`${name} has no ${title} on file`);
    if (state === "gone") problems.push(`the ${title} of ${name} does not exist: ${path}`);
  }
  if (through === undefined) return problems;
  const above = vendors.find((other) => other.name === through);
  if (above === undefined)
    return [...problems, `${name} receives data through ${through}, which is not in the register`];
  if (vendor.phi && !above.phi) problems.push(`${name} receives health information through ${through}, which has none`);
  if (vendor.personalData && !above.personalData)
    problems.push(`${name} receives personal data through ${through}, which has none`);
  return problems;
}
