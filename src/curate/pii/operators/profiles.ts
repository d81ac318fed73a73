import type { PiiOperator, PiiProfile, RedactOptions } from "../../../domain/redact.ts";
import { customRecognisers } from "../recognisers/custom-recogniser.ts";
import { isWidePlace } from "./generalise.ts";
import type { RecogniseOptions } from "../recognisers/recognise.ts";
import { activeRecognisers } from "../recognisers/recognise.ts";

/** Definition of a profile: operators by entity, additional entities, and its limits. */
export type ProfileFacts = {
  operators: Readonly<Record<string, PiiOperator>>;
  /** Operator of all other entities. */
  otherwise: PiiOperator;
  /** Entities that are off by default. */
  also: readonly string[];
  /** Recognisers that run only if they are named. */
  byName?: readonly string[];
  notSeen: readonly string[];
};

const NAMES_NOT_SEEN =
  "names: found by lists and word shapes, not by a model. 0.81 of the names in Presidio's synthetic set were covered, 0.33 of those in WNUT17 (social media): check the review file";

/** The identifiers of 45 CFR 164.514(b)(2)(i), each with the corresponding entities. */
export const SAFE_HARBOR: readonly (readonly [letter: string, identifier: string, entities: readonly string[]])[] = [
  ["A", "names", ["PERSON"]],
  ["B", "geography below state", ["STREET_ADDRESS", "LOCATION", "ZIP_CODE", "UK_POSTCODE", "DE_PLZ"]],
  ["C", "dates but the year, ages over 89", ["DATE_TIME", "AGE"]],
  ["D", "telephone numbers", ["PHONE_NUMBER"]],
  ["E", "fax numbers", ["PHONE_NUMBER"]],
  ["F", "e-mail addresses", ["EMAIL_ADDRESS"]],
  ["G", "social security numbers", ["US_SSN", "US_ITIN"]],
  ["H", "medical record numbers", ["MEDICAL_RECORD_NUMBER"]],
  [
    "I",
    "health plan beneficiary numbers",
    ["US_MBI", "HEALTH_PLAN_NUMBER", "UK_NHS", "AU_MEDICARE", "DE_HEALTH_INSURANCE"],
  ],
  ["J", "account numbers", ["ACCOUNT_NUMBER", "US_BANK_NUMBER", "IBAN_CODE", "CREDIT_CARD", "CRYPTO"]],
  [
    "K",
    "certificate and licence numbers",
    ["MEDICAL_LICENSE", "US_DRIVER_LICENSE", "US_NPI", "PROFESSIONAL_LICENSE_NUMBER"],
  ],
  ["L", "vehicles and their plates", ["VEHICLE_IDENTIFICATION_NUMBER", "US_LICENSE_PLATE", "UK_VEHICLE_REGISTRATION"]],
  ["M", "devices and their serial numbers", ["DEVICE_SERIAL_NUMBER", "MAC_ADDRESS"]],
  ["N", "URLs", ["URL"]],
  ["O", "IP addresses", ["IP_ADDRESS"]],
  ["P", "biometric identifiers", []],
  ["Q", "full-face photographs", []],
  [
    "R",
    "any other unique number or code",
    ["ID_NUMBER", "US_PASSPORT", "UK_PASSPORT", "PASSPORT", "UK_NINO", "USERNAME", "SECRET"],
  ],
];

const PROFILES: Readonly<Record<PiiProfile, ProfileFacts>> = {
  default: { operators: { TITLE: "keep" }, otherwise: "replace", also: [], notSeen: [NAMES_NOT_SEEN] },
  hipaa: {
    operators: {
      TITLE: "keep",
      NRP: "keep",
      DATE_TIME: "generalise",
      AGE: "generalise",
      ZIP_CODE: "generalise",
      LOCATION: "generalise",
    },
    otherwise: "replace",
    also: SAFE_HARBOR.flatMap(([, , entities]) => entities),
    byName: ["weekday", "old-birth-year", "labelled-code", "padded-month-and-day", "month-and-day-after-cue"],
    notSeen: [
      `A ${NAMES_NOT_SEEN}`,
      "B towns that are in no list and have no cue before them; the ZIP3 areas are those of the 2000 census",
      "C years that reveal an age over 89 if no word before them mentions birth, or if no date in the text (or --as-of) is 90 years later; dates given as a holiday; weekdays of weekly events",
      "E fax numbers are redacted, but counted as telephone numbers",
      "H, I, K, M numbers without a label nearby",
      "L licence plates without a label before them, and those of digits or letters only",
      "P biometric identifiers and Q photographs: only text is searched",
      "R other unique codes without a format of their own. Safe Harbor also requires that you have no actual knowledge that the rest could identify a person, which no tool can check",
    ],
  },
  gdpr: {
    operators: { PERSON: "surrogate", TITLE: "keep", DATE_TIME: "keep", ORGANIZATION: "keep", LOCATION: "keep" },
    otherwise: "replace",
    also: ["AGE"],
    notSeen: [
      NAMES_NOT_SEEN,
      "pseudonyms remain personal data for anyone who holds the key (Article 4(5), recital 26)",
      "health, sexual orientation, trade unions and genetic data (Article 9) are not searched for; nationality, religion and politics are, by word lists",
      "people who can be identified from the circumstances alone",
    ],
  },
};

/** Facts of a profile. */
export function profileFacts(profile: PiiProfile): ProfileFacts {
  return PROFILES[profile];
}

/**
 * The operator of an entity: the requested one, otherwise that of the profile.
 *
 * @param value the value to redact: the default profile keeps countries, and states with distinctive names, which
 * identify nobody
 */
export function operatorOf(
  entity: string,
  { profile, operators, recognisers }: Pick<RedactOptions, "profile" | "operators" | "recognisers">,
  value?: string,
): PiiOperator {
  const facts = PROFILES[profile];
  const asked = operators?.[entity] ?? operators?.["*"];
  if (
    asked === undefined &&
    value !== undefined &&
    profile === "default" &&
    entity === "LOCATION" &&
    isWidePlace(value)
  )
    return "keep";
  const own = recognisers?.find((recogniser) => recogniser.entity === entity)?.operator;
  return asked ?? own ?? facts.operators[entity] ?? facts.otherwise;
}

/**
 * Operators that leave a code derived from the value, which Safe Harbor does not allow (45 CFR 164.514(c)), or that
 * shift the date.
 */
const DERIVED: ReadonlySet<PiiOperator> = new Set(["hash", "encrypt", "surrogate", "date-shift"]);

/**
 * Identifiers of a profile that the requested operators do not meet: those that are kept, and a sentence on those that
 * are replaced by a derived code. Empty except for hipaa, the only profile with a legal rule for each identifier.
 */
export function unmetBy({ profile, operators }: Pick<RedactOptions, "profile" | "operators">): {
  kept: string[];
  derived: string[];
} {
  if (profile !== "hipaa" || operators === undefined) return { kept: [], derived: [] };
  const asked = [...new Set(SAFE_HARBOR.flatMap(([, , entities]) => entities))].map(
    (entity) => [entity, operators[entity] ?? operators["*"]] as const,
  );
  const derived = asked.filter(([, operator]) => operator !== undefined && DERIVED.has(operator));
  const shown = operators["*"] === undefined ? derived.map(([entity, operator]) => `${entity}=${operator}`) : ["all"];
  return {
    kept: asked.filter(([, operator]) => operator === "keep").map(([entity]) => entity),
    derived:
      derived.length === 0
        ? []
        : [
            `the profile is not met to the letter: hash, encrypt, surrogate and date-shift leave codes made of the values, which 45 CFR 164.514(c) does not allow, or dates (${shown.join(", ")})`,
          ],
  };
}

/** True if the operator of any entity needs a key. */
export function needsKey({
  profile,
  operators,
  recognisers = [],
}: Pick<RedactOptions, "profile" | "operators" | "recognisers">): boolean {
  const facts = PROFILES[profile];
  const own = recognisers.flatMap(({ operator }) => operator ?? []);
  const all = [...Object.values({ ...facts.operators, ...operators }), ...own, facts.otherwise];
  return all.some(
    (operator) =>
      operator === "hash" || operator === "encrypt" || operator === "surrogate" || operator === "date-shift",
  );
}

/** Entities to search for; the lowest score is that of the review. */
export function recognitionOf(options: RedactOptions): RecogniseOptions {
  const { locales, allow, deny, profile, operators, asOf } = options;
  const base: RecogniseOptions = { names: true, locales };
  const also = [...PROFILES[profile].also, ...Object.keys(operators ?? {}).filter((entity) => entity !== "*")];
  const recognisers = [...activeRecognisers(base).map(({ name }) => name), ...(PROFILES[profile].byName ?? [])];
  return {
    ...base,
    locales,
    asOf,
    custom: options.recognisers === undefined ? undefined : customRecognisers(options.recognisers),
    codeLiterals: profile === "hipaa" ? "all" : "sure",
    recognisers,
    entities: also,
    minScore: Math.min(options.minScore, options.reviewScore),
    allow,
    deny: deny === undefined ? undefined : { DENIED: deny },
  };
}
