import type { IntendedUse, RightsFinding, RightsVerdict, SourceRights } from "../../domain/rights.ts";
import { findLicences, licencesLike } from "./find-licence.ts";
import type { Licence } from "./licence-table.ts";
import { isByPeople, modelsLike, outputTerms } from "./output-terms.ts";
import type { Signal } from "./signals/signal.ts";

/** All known facts about a row's rights. */
export type RightsFacts = {
  /** Facts of its dataset; undefined if the rights file does not name it. */
  source: SourceRights | undefined;
  /** Licences named by the row itself; they replace its dataset's. */
  licences: readonly string[];
  /** The licence field of the row, if it is present and empty: its licence is not recorded. */
  emptyLicence?: string | undefined;
  /** Models that wrote it. */
  generatedBy: readonly string[];
  /** Signals of the sites that it came from. */
  signals: readonly Signal[];
  /** Whether the consent for it was withdrawn or this is unknown, and the text that shows it. */
  withdrawal?: { is: "withdrawn" | "unknown"; by: string } | undefined;
};

type Context = { use: IntendedUse; on: string };

const STRICTNESS = ["allowed", "needs-counsel", "blocked"] as const;

/** Uses permitted by each class of licence. */
const ALLOWS: Readonly<Record<Licence["use"], readonly IntendedUse[]>> = {
  all: ["commercial", "non-commercial", "academic"],
  "non-commercial": ["non-commercial", "academic"],
  academic: ["academic"],
  unspecified: [],
};

/**
 * Decides whether a row may be trained on. Every rule reports a finding; the strictest counts, unless a named person
 * decided otherwise on a given date. Rows without any known facts are blocked.
 * Rules: `own`, `contract`, `contract-no-training`, `contract-expired`, `expired`, `licence`, `licence-use`,
 * `licence-unspecified`, `licence-unclassified`, `licence-missing`, `licence-no-derivatives`, `rights-unknown`,
 * `opt-out`, `opt-out-conditions`, `personal-data`, `personal-data-basis`, `personal-data-special`,
 * `personal-data-evidence`, `consent-expired`, `consent-withdrawn`, `output-terms`, `decision`. A withdrawal holds
 * whatever is decided on the dataset.
 *
 * @source Directive (EU) 2019/790, Article 4(3) (reservation by machine-readable means); GDPR Articles 6, 7(3) and 9
 */
export function judgeRights(facts: RightsFacts, context: Context): RightsVerdict {
  const { source } = facts;
  const texts = facts.licences.length > 0 || source?.licence === undefined ? facts.licences : [source.licence];
  const found = findLicences(texts);
  const licence = found?.licence;
  const text = found?.unknown ?? texts[0];
  const gone = withdrawalFindings(facts);
  const models = facts.generatedBy.filter((model) => !isByPeople(model));
  const findings = [
    ...gone,
    ...grants(facts, { text, licence }, context),
    ...expiry(source, context),
    ...signalFindings(facts),
    ...personalData(source),
    ...outputs(models),
  ];
  const duties = [
    ...(licence === undefined ? [] : licenceDuties(licence)),
    ...models.flatMap((model) => {
      const terms = outputTerms(model);
      return terms?.verdict === "allowed" && /must/.test(terms.rule) ? [`${model}: ${terms.rule}`] : [];
    }),
  ];
  const about = { licence: licence?.licence ?? text ?? null, use: licence?.use ?? null, duties, findings };
  const decision = source?.decision;
  if (decision !== undefined && decision.on <= context.on && gone.length === 0) {
    const detail = `decided by ${decision.by} on ${decision.on}: ${decision.reason}`;
    return { verdict: decision.verdict, rule: "decision", detail, ...about };
  }
  const first = STRICTNESS.toReversed().flatMap((verdict) =>
    findings.filter((finding) => finding.verdict === verdict),
  )[0]!;
  return { verdict: first.verdict, rule: first.rule, detail: first.detail, ...about };
}

/** The basis for any use: own work, a contract, a licence; at least one finding. */
function grants(
  { source, licences, emptyLicence }: RightsFacts,
  { text, licence }: { text: string | undefined; licence: Licence | undefined },
  context: Context,
): RightsFinding[] {
  const findings: RightsFinding[] = [];
  if (source?.own) findings.push(finding("own", "allowed", "the rows are your own work"));
  if (source?.contract !== undefined) {
    const { reference, training } = source.contract;
    findings.push(
      training
        ? finding("contract", "allowed", `${reference} permits training`)
        : finding("contract-no-training", "blocked", `${reference} does not permit training`),
    );
  }
  // Own work and contracts stand instead of the dataset's licence, not of one that the row itself names.
  if (findings.length > 0 && licences.length === 0) return findings;
  const found = licenceFindings(source, { text, licence }, context);
  if (emptyLicence === undefined || licences.length > 0 || text === undefined) return [...findings, ...found];
  const detail = `the row's ${emptyLicence} is empty, so it is unclear whether ${text.slice(0, 80)} is its licence`;
  return [...findings, ...found, finding("licence-missing", "needs-counsel", detail)];
}

function licenceFindings(
  source: SourceRights | undefined,
  { text, licence }: { text: string | undefined; licence: Licence | undefined },
  { use }: Context,
): RightsFinding[] {
  if (text === undefined) {
    const what =
      source === undefined ? "the rights file does not name this dataset" : "no licence, contract or own work";
    return [finding("rights-unknown", "blocked", what)];
  }
  if (licence === undefined) {
    const near = licencesLike(text).map((text) => `"${text}"`);
    const meant = near.length === 0 ? "" : `: did you mean ${near.join(" or ")}?`;
    const detail = `"${text.slice(0, 80)}" is not in the table of licences${meant}`;
    return [finding("licence-unclassified", "needs-counsel", detail)];
  }
  if (licence.use === "unspecified") {
    const why = licence.note === "" ? "it grants no right" : licence.note;
    return [finding("licence-unspecified", "blocked", `${licence.licence}: ${why}`)];
  }
  if (!ALLOWS[licence.use].includes(use)) {
    return [
      finding(
        "licence-use",
        "blocked",
        `${licence.licence} allows only ${licence.use} use; the intended use is ${use}`,
      ),
    ];
  }
  const allowed = finding("licence", "allowed", `${licence.licence} allows ${use} use`);
  if (!licence.noDerivatives) return [allowed];
  const detail = `${licence.licence} forbids sharing adapted material, and a curated dataset or a model may be adapted material`;
  return [allowed, finding("licence-no-derivatives", "needs-counsel", detail)];
}

function licenceDuties({ licence, attribution, shareAlike }: Licence): string[] {
  const duty = (asked: string, what: string): string[] =>
    asked === "no" ? [] : [`${licence}: ${what}${asked === "unknown" ? " may be asked, terms not public" : ""}`];
  return [...duty(attribution, "attribution"), ...duty(shareAlike, "share alike")];
}

function expiry(source: SourceRights | undefined, { on }: Context): RightsFinding[] {
  const gone = (day: string | undefined): boolean => day !== undefined && day < on;
  return [
    ...(gone(source?.expires) ? [finding("expired", "blocked", `the rows may be used until ${source!.expires}`)] : []),
    ...(gone(source?.contract?.expires)
      ? [
          finding(
            "contract-expired",
            "blocked",
            `${source!.contract!.reference} was valid until ${source!.contract!.expires}`,
          ),
        ]
      : []),
    ...(gone(source?.personalData?.expires)
      ? [finding("consent-expired", "blocked", `the consent was valid until ${source!.personalData!.expires}`)]
      : []),
  ];
}

/** Withdrawn consent ends any use based on it. */
function withdrawalFindings({ withdrawal }: RightsFacts): RightsFinding[] {
  if (withdrawal === undefined) return [];
  const by = withdrawal.by.slice(0, 80);
  return withdrawal.is === "withdrawn"
    ? [finding("consent-withdrawn", "blocked", `the consent was withdrawn: ${by}`)]
    : [finding("consent-withdrawn", "needs-counsel", `${by}, so it is unclear whether its consent was withdrawn`)];
}

/** A reservation is binding unless the work is your own or a contract with the rights holder permits the use. */
function signalFindings({ source, signals }: RightsFacts): RightsFinding[] {
  if (source?.own || source?.contract?.training) return [];
  return signals.flatMap(({ kind, says, evidence }): RightsFinding[] => {
    if (says === "reserved") return [finding("opt-out", "blocked", `${kind}, ${evidence}`)];
    return says === "constrained" ? [finding("opt-out-conditions", "needs-counsel", `${kind}, ${evidence}`)] : [];
  });
}

function personalData(source: SourceRights | undefined): RightsFinding[] {
  const data = source?.personalData;
  if (data === undefined || data.basis === "anonymised") return [];
  if (data.basis === undefined) {
    return [finding("personal-data-basis", "blocked", "personal data without a basis of GDPR Article 6")];
  }
  if (data.special && data.condition === undefined) {
    return [
      finding("personal-data-special", "blocked", "special personal data without a condition of GDPR Article 9(2)"),
    ];
  }
  const needsPaper = data.basis === "consent" || data.basis === "legitimate-interests";
  if (needsPaper && data.reference === undefined) {
    const paper = data.basis === "consent" ? "the consent" : "the balancing of interests";
    return [finding("personal-data-evidence", "needs-counsel", `no reference to ${paper} is given`)];
  }
  return [finding("personal-data", "allowed", `GDPR Article 6: ${data.basis}`)];
}

function outputs(models: readonly string[]): RightsFinding[] {
  return models.flatMap((model): RightsFinding[] => {
    const terms = outputTerms(model);
    if (terms === undefined) {
      const [near] = modelsLike(model);
      const meant = near === undefined ? "" : `: did you mean "${near}"?`;
      return [finding("output-terms", "needs-counsel", `${model}: the terms for its outputs are unknown${meant}`)];
    }
    return [finding("output-terms", terms.verdict, `${model} (${terms.provider}): ${terms.rule}`)];
  });
}

function finding(rule: string, verdict: RightsFinding["verdict"], detail: string): RightsFinding {
  return { rule, verdict, detail };
}
