import { type Found, type Recogniser } from "./recogniser.ts";

/** Score of a value with a specific label: as certain as an entry in a form. */
const SCORE = 0.85;

/** Characters allowed between the word of a label and the number. */
const QUALIFIER = "(?:number|num\\.?|no\\.?|nr\\.?|id|identifier|code)";

/** A label that announces a number: "Chart #", "Policy no." */
const NAMED = new RegExp(`#|[ _-]${QUALIFIER}(?![\\p{L}])`, "iu");

/** Digits in groups, or letters and digits with hyphens, points and slashes, as offices write them. */
const VALUE = "\\d{2,6}(?: \\d{2,6}){1,4}|[A-Z\\d]{1,24}(?:[-./][A-Z\\d]{1,16}){0,4}";

/** A further group after a space, in capitals and figures, as printed on cards: "W1234 56789 01", "PL 99812". */
const FURTHER =
  / (?:\d{2,12}[A-Z]{0,2}|[A-Z]{1,3}[- ]?\d{2,12}[A-Z]?)(?:[-/][A-Z\d]{1,12}){0,3}(?![\p{L}\p{N}%_(]|[.,:]\d)/uy;

/** One or two capitals at the end of a number: "901 22 3344 A", "AB 12 CD was checked"; not the label of another. */
const LAST_LETTER = / [A-Z]{1,2}(?![\p{L}\p{N}_]|['’.]\p{L}|\s?[:=#])/uy;

/** Maximum number of further groups that are read. */
const MOST_GROUPS = 6;

/** Social security numbers by their shape, also if most digits are masked. */
const SSN = "(?:\\d{3}|[X*]{3})[- .]?(?:\\d{2}|[X*]{2})[- .]?\\d{4}";

/** The next characters begin a number of six digits or more. */
const SIX_DIGITS = "(?=[A-Z]{0,3}-?\\d{6})";

type Labels = {
  name: string;
  entity: string;
  /** Labels that are sufficient with a space after them. */
  sure?: string;
  /** Labels that require "no.", "ID", "#" or a colon before the number. */
  words?: string;
  /** Labels that are sufficient with a space after them before six digits or more: "policy 422390037". */
  bare?: string;
  /** Words, one of which is in every text with a label. */
  holds: readonly string[];
  value?: string;
  /** True for a value that counts; default: three digits or more, and neither a year nor a version. */
  accepts?: (value: string) => boolean;
  /** Runs only in one profile. */
  isByNameOnly?: true;
  source: string;
};

/**
 * Finds values after a label, as in forms and letters: "MRN: 12345XJ", "Acct# SH-456789". The label is not part of the
 * span.
 */
function labelled({ sure, words, bare, holds, value = VALUE, accepts, ...rest }: Labels): Recogniser {
  const between = `[\\s|]{0,3}(?:(?:is|was)\\b|[:=–-])?[\\s|]{0,3}["'\`]?`;
  const qualified = `(?:[ _-]?${QUALIFIER}\\b\\.?\\s?#?|\\s?#)`;
  const openings = [
    ...(sure === undefined ? [] : [`(?:${sure})(?:${qualified})?${between}`]),
    ...(words === undefined ? [] : [`(?:${words})(?:${qualified}${between}|\\s?[:=]\\s{0,3}["'\`]?)`]),
    // "order 9434765919": six or more digits need no word for number in a profile that searches closely.
    ...(words === undefined || rest.isByNameOnly !== true ? [] : [`(?:${words}) ${SIX_DIGITS}`]),
    ...(bare === undefined
      ? []
      : [`(?:${bare}) (?:(?:is|was) )?${SIX_DIGITS}(?!\\d{6,9}(?:[.,]\\d{2})? (?:usd|eur|dollars|euros)\\b)`]),
  ];
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${openings.join("|")})(${value})(?![\\p{L}\\p{N}%_(])`, "giu");
  return {
    ...rest,
    locales: [],
    isDefault: rest.isByNameOnly !== true,
    isChecked: true,
    needs: { digits: 2, reach: 64 },
    holds,
    context: [],
    find: (text) => {
      const found: Found[] = [];
      pattern.lastIndex = 0;
      for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
        const first = match.index + match[0].length;
        const start = first - match[1]!.length;
        const end = value === VALUE ? wholeEnd(text, start, first) : first;
        const written = text.slice(start, end);
        const isNamed = NAMED.test(text.slice(match.index, start));
        const isAccepted = accepts?.(written) ?? (isNumber(written) || (isNamed && isShortNumber(written)));
        if (isAccepted) found.push({ start, end, score: SCORE });
        pattern.lastIndex = end;
      }
      return found;
    },
  };
}

/** End of a number whose first group ends at `first`, including further groups after spaces. */
function wholeEnd(text: string, start: number, first: number): number {
  if (!/^[A-Z\d ./-]+$/.test(text.slice(start, first))) return first;
  let end = first;
  for (let count = 0; count < MOST_GROUPS; count++) {
    FURTHER.lastIndex = end;
    const further = FURTHER.exec(text);
    // "policy number PL-99812 2026": a year is not part of a number that is whole without it.
    if (further === null || (/^ (?:19|20)\d\d$/.test(further[0]) && isNumber(text.slice(start, end)))) break;
    end = FURTHER.lastIndex;
  }
  LAST_LETTER.lastIndex = end;
  return /\d/.test(text.slice(start, end)) && LAST_LETTER.test(text) ? LAST_LETTER.lastIndex : end;
}

/** Three or more digits that are neither a year nor a version. */
function isNumber(value: string): boolean {
  return (
    value.replaceAll(/\D/g, "").length >= 3 &&
    !/^(?:19|20)\d\d$|^\d{1,2}(?:\.\d{1,3}){2,3}$|^\d{4}[-./]\d{1,2}[-./]\d{1,2}$|^\d{1,2}[-./]\d{1,2}[-./]\d{2,4}$/.test(
      value,
    )
  );
}

/** Two digits with letters, such as "77A" and "HX-22": a number if the label announces one. */
function isShortNumber(value: string): boolean {
  return /\d\d/.test(value) && /[A-Z]/i.test(value);
}

/** Four to nine capitals and figures, with a figure, and no year: "7ABC123", "AB12 CDE". */
function isPlate(value: string): boolean {
  const bare = value.replaceAll(/[ -]/g, "");
  return bare.length >= 4 && /\d/.test(bare) && bare === bare.toUpperCase() && !/^(?:19|20)\d\d$/.test(bare);
}

const HARBOR = "no standard: the value after an explicit label; 45 CFR 164.514(b)(2)(i)";

/** Numbers after their labels. A label is sufficient: no check digit refutes the match. */
export const LABELLED_NUMBERS: readonly Recogniser[] = [
  labelled({
    name: "labelled-ssn",
    entity: "US_SSN",
    sure: "ssn|social security|soc\\.? sec\\.?|ss",
    holds: ["ssn", "social", "soc", "ss"],
    value: SSN,
    source: `${HARBOR}(G)`,
  }),
  labelled({
    name: "labelled-medical-record",
    entity: "MEDICAL_RECORD_NUMBER",
    sure: "mrn|m\\.r\\.n\\.|medical record",
    words: "chart|patient|hospital|encounter|accession|specimen|pat",
    holds: ["mrn", "m", "medical", "chart", "patient", "hospital", "encounter", "accession", "specimen", "pat"],
    source: `${HARBOR}(H)`,
  }),
  labelled({
    name: "labelled-health-plan",
    entity: "HEALTH_PLAN_NUMBER",
    sure: "health ?plan (?:id|number|no\\.?|beneficiary)|hicn|(?:group|grp\\.?) ?(?:number|num\\.?|no\\.?|#)",
    words: "health ?plan|member|subscriber|policy|insurance|beneficiary|medicare|medicaid",
    bare: "policy|policyholder|health ?plan|insurance plan|insurance|subscriber|member|beneficiary|medicare|medicaid|certificate",
    holds: [
      "health",
      "healthplan",
      "hicn",
      "group",
      "grp",
      "member",
      "subscriber",
      "policy",
      "policyholder",
      "certificate",
      "insurance",
      "beneficiary",
      "medicare",
      "medicaid",
    ],
    source: `${HARBOR}(I)`,
  }),
  labelled({
    name: "labelled-account",
    entity: "ACCOUNT_NUMBER",
    sure: `(?:account|acct\\.?|card|iban)(?: (?:number|num\\.?|no\\.?))? (?:(?:that|which) )?(?:ends|ending|ended|begins|beginning|starting|starts)(?: (?:in|with|on|by))?|acct\\.?`,
    words: "account|a/c|bank account|billing account",
    holds: ["acct", "account", "a", "card", "iban"],
    source: `${HARBOR}(J)`,
  }),
  labelled({
    name: "labelled-plate",
    entity: "US_LICENSE_PLATE",
    sure: "licen[cs]e (?:plate|tag)|number ?plate|registration plate|(?:vehicle|car) registration",
    words: "plate",
    holds: ["license", "licence", "plate", "numberplate", "registration"],
    value: "[A-Z\\d]{1,4}[ -]?[A-Z\\d]{1,5}",
    accepts: isPlate,
    source: `${HARBOR}(L)`,
  }),
  labelled({
    name: "labelled-nhs-number",
    entity: "UK_NHS",
    sure: "nhs",
    holds: ["nhs"],
    value: "\\d{3}[ -]?\\d{3}[ -]?\\d{4}",
    source: "NHS Data Dictionary, NHS number: ten digits, shown as 3-3-4",
  }),
  labelled({
    name: "labelled-driver-licence",
    entity: "US_DRIVER_LICENSE",
    sure: "driver['’]?s?['’]? licen[cs]e|driving licen[cs]e",
    words: "dl",
    holds: ["driver", "drivers", "driving", "dl"],
    source: `${HARBOR}(K)`,
  }),
  labelled({
    name: "labelled-licence",
    entity: "PROFESSIONAL_LICENSE_NUMBER",
    sure: "npi|dea",
    words: "licen[cs]e|lic\\.?|certificate",
    holds: ["npi", "dea", "license", "licence", "lic", "certificate"],
    source: `${HARBOR}(K)`,
  }),
  labelled({
    name: "labelled-passport",
    entity: "PASSPORT",
    sure: "passport|passports|reisepass|passeport|pasaporte|passaporto|passaporte|paspoort",
    holds: ["passport", "passports", "reisepass", "passeport", "pasaporte", "passaporto", "passaporte", "paspoort"],
    value: "(?=[A-Z]{0,3}\\d)(?=(?:[A-Z]{0,4}\\d){5})[A-Z\\d]{6,9}",
    source: "ICAO Doc 9303-4: up to nine letters and digits",
  }),
  labelled({
    name: "labelled-code",
    entity: "ID_NUMBER",
    words:
      "case|claim|employee|student|customer|client|badge|reference|ref|record|file|confirmation|prescription|rx|invoice|order|ticket|transaction|study|subject|participant|user|id",
    holds:
      "case claim employee student customer client badge reference ref record file confirmation prescription rx invoice order ticket transaction study subject participant user id".split(
        " ",
      ),
    isByNameOnly: true,
    source: `${HARBOR}(R)`,
  }),
];
