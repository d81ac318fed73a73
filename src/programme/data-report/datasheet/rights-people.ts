import { whole } from "../../../base/words.ts";
import type { DatasheetFact } from "../../../domain/datasheet.ts";
import { type Asked, type DatasheetInput, listed, measured, stated, unknown } from "./fact.ts";

const LICENCES: Asked = {
  id: "dataset.scan.licence.licences",
  record: "dataset.scan.licence",
  papers: ["CR.license", "HFD.y.license", "HFD.license", "AXI.1.f", "CR11.usage"],
  question: "Licences of the rows, and what they allow",
};
const OPT_OUT: Asked = {
  id: "dataset.scan.optout.signals",
  record: "dataset.scan.optout",
  papers: ["PST.3.1.meas", "PST.2.3.behav"],
  question: "Reservations of rights: what was checked and found",
};
const FOUND: Asked = {
  id: "dataset.scan.pii.found",
  record: "dataset.scan.pii",
  papers: [
    "CRAI.personalSensitiveInformation",
    "HFD.personal_and_sensitive_information",
    "DS.Comp.13",
    "DS.Comp.14",
    "R30.1.c2",
    "DPIA.A2",
  ],
  question: "Personal data found",
};
const SPECIAL: Asked = {
  id: "dataset.scan.pii.special",
  record: "dataset.scan.pii",
  papers: ["DS.Comp.15", "SPDX.ds.hasSensitivePersonalInformation", "DPIA.T4"],
  question: "Special categories of personal data (GDPR, Article 9)",
};
const REDACTION: Asked = {
  id: "dataset.filter.anonymisation",
  record: "dataset.filter",
  papers: ["SPDX.ds.anonymizationMethodUsed", "DPIA.B3"],
  question: "How personal data was treated",
};
const BASIS: Asked = {
  id: "gdpr.ropa.basis",
  record: "gdpr.ropa",
  papers: ["R30.x.basis", "DPIA.B2", "DS.Coll.9"],
  question: "Legal basis for processing personal data",
};
const RETENTION: Asked = {
  id: "dataset.retention.limits",
  record: "dataset.retention",
  papers: ["R30.1.f", "DPIA.B5", "DS.Main.5"],
  question: "How long rows may be kept and used",
};

/** Facts about the rights in rows, and about the people in them. */
export function rightsFacts(input: DatasheetInput): DatasheetFact[] {
  return [licenceFact(input), optOutFact(input)];
}

function licenceFact({ report }: DatasheetInput): DatasheetFact {
  if (report.rights === null) {
    const licences = report.sources.map(({ source, licence }) => `${source}: ${licence ?? "not stated"}`);
    return stated(LICENCES, {
      answer: licences.join("; "),
      value: report.sources.map(({ source, licence }) => ({ source, licence })),
      supply: "add the stage rights to data.pipeline: the statements of programme.yaml were not checked",
    });
  }
  const lines = report.rights.map(
    ({ source, licence, verdict, rows }) => `${source}: ${licence ?? "no licence"}, ${verdict}, ${whole(rows)} rows`,
  );
  return measured(LICENCES, { answer: lines.join("; "), value: report.rights });
}

function optOutFact({ report, rights }: DatasheetInput): DatasheetFact {
  const files = (rights ?? []).flatMap(({ source, optOut }) => optOut.map((entry) => ({ source, ...entry })));
  if (report.rights === null || rights === null || files.length === 0) {
    return unknown(
      OPT_OUT,
      "put the robots.txt, tdmrep.json and so on of each site next to the rights file and name them under optOut; none was given",
    );
  }
  const stopped = report.rights.filter(({ rule }) => rule.startsWith("opt-out"));
  const rows = stopped.reduce((sum, entry) => sum + entry.rows, 0);
  return measured(OPT_OUT, {
    answer: `${listed([...new Set(files.map(({ kind }) => kind))])} of ${whole(files.length)} files were read; ${whole(rows)} rows are reserved or under conditions`,
    value: { files, rows, rules: stopped },
    supply: "state whether these files are everything that the sites publish, and the day on which they were fetched",
  });
}

/** Facts about personal data. */
export function peopleFacts(input: DatasheetInput): DatasheetFact[] {
  return [foundFact(input), redactionFact(input), specialFact(input), basisFact(input), retentionFact(input)];
}

function foundFact({ report }: DatasheetInput): DatasheetFact {
  const { personalData } = report;
  if (personalData === null) return unknown(FOUND, "add the stage redact to data.pipeline");
  const kinds = personalData.entities.map(
    ({ entity, spans, rows }) => `${entity} ${whole(spans)} in ${whole(rows)} rows`,
  );
  return measured(FOUND, {
    answer: `${listed(kinds, "none was found")}; ${whole(personalData.review)} places need a person's decision, ${whole(personalData.leaks)} rows leaked`,
    value: personalData.entities.map(({ entity, spans, rows, operators }) => ({ entity, spans, rows, operators })),
    supply: "state whose data it is; data that no recogniser finds is not counted",
  });
}

function redactionFact({ lineage, report }: DatasheetInput): DatasheetFact {
  const stage = lineage.stages.find((stage) => stage.stage === "redact");
  if (stage === undefined || report.personalData === null) {
    return unknown(REDACTION, "add the stage redact to data.pipeline, or state why none is needed");
  }
  const operators = [...new Set(report.personalData.entities.flatMap((entity) => entity.operators))];
  const profile = String(stage.options["profile"]);
  return measured(REDACTION, {
    answer: `profile ${profile}: ${listed(operators, "nothing was found")}`,
    value: { profile, operators, options: stage.options, version: stage.version },
  });
}

function specialFact({ rights, programme }: DatasheetInput): DatasheetFact {
  const special = (rights ?? []).filter(({ personalData }) => personalData?.special);
  if (special.length === 0 && programme.data.personalData !== "phi") {
    return unknown(SPECIAL, "state under personalData in the rights file whether rows contain special categories");
  }
  const sources = special.map(({ source, personalData }) => `${source}: ${personalData?.condition ?? "no condition"}`);
  return stated(SPECIAL, {
    answer: `yes: ${listed(sources, "health data according to data.personalData of programme.yaml")}`,
    value: special.map(({ source, personalData }) => ({ source, condition: personalData?.condition ?? null })),
    supply: sources.length === 0 ? "name the condition of Article 9(2) under personalData in the rights file" : null,
  });
}

function basisFact({ rights }: DatasheetInput): DatasheetFact {
  const facts = (rights ?? []).flatMap(({ source, personalData }) =>
    personalData === undefined ? [] : [{ source, ...personalData }],
  );
  if (facts.length === 0)
    return unknown(BASIS, "state personalData with its basis for each dataset in the rights file");
  return stated(BASIS, {
    answer: facts.map(({ source, basis }) => `${source}: ${basis ?? "no basis"}`).join("; "),
    value: facts,
    supply: facts.some(({ basis }) => basis === undefined) ? "a basis for each dataset" : null,
  });
}

function retentionFact({ rights }: DatasheetInput): DatasheetFact {
  const limits = (rights ?? []).flatMap(({ source, expires, contract, personalData }) =>
    [expires, contract?.expires, personalData?.expires]
      .filter((day) => day !== undefined)
      .map((day) => ({ source, until: day })),
  );
  if (limits.length === 0)
    return unknown(RETENTION, "state in the rights file until which day rows may be used (expires)");
  return stated(RETENTION, {
    answer: limits.map(({ source, until }) => `${source} until ${until}`).join("; "),
    value: limits,
    supply: "state when the rows themselves are erased",
  });
}
