import type { KnownFact } from "../../../domain/compliance.ts";
import type { ComplianceView } from "../compliance-view.ts";
import { say, type Statements } from "./say.ts";

/** Fields that a fact answers with yes or no. */
const YES_NO: Readonly<Record<string, string>> = {
  "data.publicDatasets": "PST.2.1.used",
  "data.licensed": "PST.2.2.1.lic",
  "data.crawled": "PST.2.3.used CPP.2.crawl",
  "data.user": "PST.2.4.model PST.2.4.prod",
  "data.synthetic": "PST.2.5.used",
  "elect.gpaiCode": "PST.3.1.code",
  "sys.modifiedExistingSystem": "M50.role.modified",
  "sys.putsIntoService": "M50.role.service",
  "dist.modelOnlyNoSystem": "M50.role.model-only",
  "sys.onMarketBefore2026_08_02": "M50.role.market",
  "sys.interactsWithPersons": "M50.1.interacts",
  "sys.deepfake": "M50.4.deepfake",
  "sys.publicInterestText": "M50.4.public",
};

/** Statements for fields of papers from the facts of a programme and its register of vendors. */
export function factStatements(view: ComplianceView): Statements {
  const facts = new Map(view.report.facts.map((fact) => [fact.id, fact]));
  return [
    ...Object.entries(YES_NO).flatMap(([id, fields]) => yesNo(facts.get(id), fields)),
    ...privacyRole(facts.get("gdpr.role")),
    ...legalBasis(facts.get("data.legalBasis")),
    ...distribution(facts.get("dist.redistributesWeights")),
    ...marking(facts),
    ...transfers(view),
    ...extraction(facts.get("model.personalDataExtractable")),
  ];
}

function yesNo(fact: KnownFact | undefined, fields: string): Statements {
  return typeof fact?.value === "boolean" ? say(fields, fact.value ? "yes" : "no", `${fact.id} (${fact.source})`) : [];
}

function privacyRole(fact: KnownFact | undefined): Statements {
  return typeof fact?.value === "string" ? say("R30.x.role", fact.value, `${fact.id} (${fact.source})`) : [];
}

function legalBasis(fact: KnownFact | undefined): Statements {
  return typeof fact?.value === "string" ? say("R30.x.basis DPIA.B2", fact.value, `${fact.id} (${fact.source})`) : [];
}

function distribution(fact: KnownFact | undefined): Statements {
  if (fact?.value !== false) return [];
  return say(
    "AXI.1.c AXII.1.c MDF.D.chan",
    "the weights are not given to others; no release is recorded",
    `${fact.id} (${fact.source})`,
  );
}

function marking(facts: ReadonlyMap<string, KnownFact>): Statements {
  const output = facts.get("sys.generatesSynthetic");
  const kinds = Array.isArray(output?.value) ? output.value.join(", ") : "";
  const claims = [
    ["sys.standardEditingOnly", "standard editing"],
    ["sys.technicalInternalB2B", "strictly technical output for a closed professional circle"],
    ["sys.ephemeral", "ephemeral output"],
  ] as const;
  const known = claims.filter(([id]) => typeof facts.get(id)?.value === "boolean");
  const claimed = known.filter(([id]) => facts.get(id)!.value === true).map(([, words]) => words);
  return [
    ...say("M50.2.output", kinds, output?.source ?? ""),
    ...(known.length === 0
      ? []
      : say(
          "M50.2.exempt",
          claimed.join(", ") || "none claimed",
          known.map(([id]) => `${id} (${facts.get(id)!.source})`).join(", "),
        )),
  ];
}

/** Countries and safeguards of the vendors that receive personal data, as stated in the register. */
function transfers({ answers: { vendors } }: ComplianceView): Statements {
  const reached = vendors.filter(({ personalData }) => personalData);
  const located = reached.filter(({ country }) => country !== undefined);
  if (located.length === 0) return [];
  const lines = located.map(
    ({ name, country, safeguard }) => `${name}: ${country}${safeguard === undefined ? "" : `, ${safeguard}`}`,
  );
  const open = reached.length - located.length;
  const rest = open === 0 ? "" : `; country of ${open} more not stated`;
  return say("R30.1.e DPIA.B11", `${lines.join("; ")}${rest}`, "vendors in compliance.yaml");
}

function extraction(fact: KnownFact | undefined): Statements {
  return typeof fact?.value === "string"
    ? say("DPIA.C2 DPIA.D2 CPP.5.output", fact.value, `${fact.id} (${fact.source})`)
    : [];
}
