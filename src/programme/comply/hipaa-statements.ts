import type { VendorAgreement } from "../../domain/vendor-chain.ts";
import { ANSWERS_FILE } from "../reading/answers-file.ts";
import type { ComplianceView } from "./compliance-view.ts";
import type { PaperAnswer } from "./fill-paper.ts";

/** Fields that a signed document answers: one of these records in `compliance.yaml`. */
const DOCUMENTS: readonly [field: string, requirement: string, records: readonly string[], who: string][] = [
  ["HD.1.use", "HIPAA-502a", ["gdpr.ropa", "policy.doc"], "the privacy officer"],
  ["HD.1.right", "HIPAA-DEID-RIGHT", ["vendor.register", "policy.doc"], "counsel"],
  ["HD.4.sample", "HIPAA-SH", ["dataset.scan.pii"], "the person responsible for the data"],
  ["HD.5.custody", "HIPAA-REID", ["dataset.filter", "policy.doc"], "whoever holds the key"],
  ["HD.6.knowledge", "HIPAA-SH", ["approval.signoff"], "the privacy officer"],
  ["HD.6.expert", "HIPAA-ED", ["policy.doc"], "the expert"],
  ["HD.6.raw", "HIPAA-DISP", ["dataset.deletion"], "whoever runs the storage"],
  ["HD.6.kept", "HIPAA-RET", ["export.bundle", "policy.doc"], "the privacy officer"],
];

/** Text of the answers to facts. */
const WORDS: Readonly<Record<string, string>> = {
  none: "none",
  coveredEntity: "covered entity",
  businessAssociate: "business associate",
  subcontractorBA: "subcontractor of a business associate",
  safeHarbor: "Safe Harbor, 45 CFR 164.514(b)(2)",
  expert: "expert determination, 45 CFR 164.514(b)(1)",
  limitedDataSet: "limited data set, 45 CFR 164.514(e), which is not de-identified",
};

/** Answers to the fields of the HIPAA report from `compliance.yaml`: facts, vendors and documents. */
export function hipaaStatements(view: ComplianceView): [string, PaperAnswer][] {
  return [
    factAnswer(view, "HD.1.role", "org.hipaaRole"),
    factAnswer(view, "HD.2.method", "data.deid"),
    vendorAnswer(view),
    ...DOCUMENTS.flatMap((row) => documentAnswer(view, row)),
    ["HD.6.signed", { answer: null, from: "is signed by hand; the privacy officer can fill it" }],
  ];
}

function factAnswer({ report }: ComplianceView, field: string, id: string): [string, PaperAnswer] {
  const fact = report.facts.find((fact) => fact.id === id);
  if (typeof fact?.value !== "string") {
    return [field, { answer: null, from: `answer ${id} in ${ANSWERS_FILE}; the privacy officer can fill it` }];
  }
  return [field, { answer: WORDS[fact.value] ?? fact.value, from: `${id} (${fact.source})` }];
}

function vendorAnswer({ answers: { vendors }, report }: ComplianceView): [string, PaperAnswer] {
  const field = "HD.6.chain";
  const { links } = report.vendors;
  const reached = links.filter(
    ({ name, isRegistered }) => !isRegistered || vendors.some((v) => v.name === name && v.phi),
  );
  if (vendors.length === 0 && reached.length === 0) {
    return [
      field,
      { answer: null, from: `list vendors in ${ANSWERS_FILE}, judge and telemetry included; counsel can fill it` },
    ];
  }
  const lines = reached.map((link) => {
    const purpose = vendors.find(({ name }) => name === link.name)?.purpose ?? link.seen.join(", ");
    const chain = link.through === null ? "" : `, through ${link.through}`;
    return `${link.name} (${purpose}${chain}): ${agreementText(link.baa)}`;
  });
  return [
    field,
    {
      answer: lines.length === 0 ? "none according to the register" : lines.join("; "),
      from: `vendors in ${ANSWERS_FILE}, compared with configuration, evaluations and bills`,
    },
  ];
}

/** An agreement of a vendor as a paper states it. */
function agreementText({ state, path, sha256 }: VendorAgreement): string {
  if (state === "on-file") return `agreement ${path}, SHA-256 begins ${sha256!.slice(0, 16)}`;
  if (state === "unknown") return "not in the register of vendors";
  return state === "gone" ? `agreement ${path} does not exist` : "no agreement on file";
}

function documentAnswer(
  { files }: ComplianceView,
  [field, requirement, records, who]: (typeof DOCUMENTS)[number],
): [string, PaperAnswer][] {
  const file = files.find(
    ({ named }) => named !== null && named.requirements.includes(requirement) && records.includes(named.record),
  );
  if (file === undefined) {
    const from = `no document: file one with record: ${records[0]} and requirements: [${requirement}] under documents in ${ANSWERS_FILE}; ${who} can fill it`;
    // The data run may report that no key is in use; only a document overrides this.
    return field === "HD.5.custody" ? [] : [[field, { answer: null, from }]];
  }
  const answer = `${file.detail}: ${file.path}, SHA-256 begins ${file.sha256.slice(0, 16)}${file.isStale ? "; out of date" : ""}`;
  return [[field, { answer, from: `documents in ${ANSWERS_FILE}` }]];
}
