import { compact } from "./checksums.ts";
import { patternRecogniser, type Recogniser } from "./recogniser.ts";

const EVERYWHERE = { locales: [], isDefault: true, contextWords: 3 } as const;

/** A number, optionally with letters before or in it, as offices use if no standard applies. */
const NUMBER = "(?:[A-Z]{1,4}[-/]?)?[0-9]{2,}(?:[-/. ]?[0-9]{2,}){0,3}(?:[-/][A-Z0-9]{1,3})?";
const CODE = "(?=[A-Z0-9-]{0,12}[0-9]{3})[A-Z0-9]{2,8}(?:-?[A-Z0-9]{2,8}){0,3}";

const medicalRecord = patternRecogniser({
  ...EVERYWHERE,
  name: "medical-record-number",
  entity: "MEDICAL_RECORD_NUMBER",
  needs: { digits: 4, reach: 6 },
  context: [
    "mrn",
    "medical record",
    "medical record number",
    "record number",
    "chart number",
    "chart no",
    "patient id",
    "patient number",
    "patient no",
    "hospital number",
    "nhc",
    "cipa",
    "historia clínica",
    "episodio",
    "patientennummer",
    "fallnummer",
  ],
  patterns: [[new RegExp(NUMBER, "s"), 0.05]],
  bestScore: 0.05,
  validate: hasDigits,
  source: "45 CFR 164.514(b)(2)(i)(H); no standard: a number near a word that indicates one",
});

const healthPlan = patternRecogniser({
  ...EVERYWHERE,
  name: "health-plan-number",
  entity: "HEALTH_PLAN_NUMBER",
  needs: { digits: 4, reach: 6 },
  context: [
    "member id",
    "member number",
    "subscriber id",
    "subscriber number",
    "policy number",
    "group number",
    "beneficiary number",
    "insurance id",
    "insurance number",
    "nass",
    "número de afiliación",
  ],
  patterns: [[new RegExp(NUMBER, "s"), 0.05]],
  bestScore: 0.05,
  validate: hasDigits,
  source: "45 CFR 164.514(b)(2)(i)(I); no standard: a number near a word that indicates one",
});

/** Words that are not sufficient for a number, but are for a combination of letters and digits. */
const healthPlanCode = patternRecogniser({
  ...EVERYWHERE,
  name: "health-plan-code",
  entity: "HEALTH_PLAN_NUMBER",
  needs: { digits: 4, reach: 6 },
  context: ["subscriber", "policy", "policyholder", "member", "group", "insurance", "insurer", "beneficiary"],
  patterns: [[/[A-Z]{1,4}-?[0-9]{5,12}|[A-Z]{2,4}-?[0-9]{4,12}(?:-?[0-9]{2,4})?/s, 0.05]],
  bestScore: 0.05,
  source: "45 CFR 164.514(b)(2)(i)(I); no standard: letters and digits near a word that indicates them",
});

const professionalLicense = patternRecogniser({
  ...EVERYWHERE,
  name: "professional-license-number",
  entity: "PROFESSIONAL_LICENSE_NUMBER",
  needs: { digits: 4, reach: 6 },
  context: [
    "medical license",
    "nursing license",
    "certificate number",
    "nºcol",
    "n col",
    "ncol",
    "nº col",
    "colegiado",
  ],
  patterns: [[new RegExp(NUMBER, "s"), 0.05]],
  bestScore: 0.05,
  validate: hasDigits,
  source: "45 CFR 164.514(b)(2)(i)(K); no standard: a number near a word that indicates one",
});

const deviceSerial = patternRecogniser({
  ...EVERYWHERE,
  name: "device-serial-number",
  entity: "DEVICE_SERIAL_NUMBER",
  needs: { digits: 3, reach: 16 },
  context: [
    "serial number",
    "serial no",
    "serial",
    "imei",
    "udi",
    "device id",
    "device identifier",
    "número de serie",
    "seriennummer",
  ],
  patterns: [[new RegExp(CODE), 0.05]],
  source: "45 CFR 164.514(b)(2)(i)(M); no standard: a code near a word that indicates one",
});

/** Letters with their values in the check of vehicle identification numbers; I, O and Q are not used. */
const VIN_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ";
const VIN_VALUES = "12345678123457923456789";

const vehicle = patternRecogniser({
  ...EVERYWHERE,
  name: "vehicle-identification-number",
  entity: "VEHICLE_IDENTIFICATION_NUMBER",
  needs: { digits: 2, mixed: true, reach: 17 },
  context: ["vin", "vehicle identification", "chassis", "fahrgestellnummer", "bastidor"],
  patterns: [[/(?=[A-Z0-9]{0,16}[0-9])[A-HJ-NPR-Z0-9]{9}[A-HJ-NPR-TV-Y1-9][A-HJ-NPR-Z0-9]{3}[0-9]{4}/, 0.3]],
  // The check digit is a duty in North America only: elsewhere it proves nothing, and refutes nothing.
  validate: (text) => (/[A-Z]/i.test(text) ? (passesVin(text.toUpperCase()) ? true : undefined) : false),
  source: "ISO 3779:2009; 49 CFR 565.15 (check digit in the ninth place, modulo 11)",
});

function passesVin(vin: string): boolean {
  const weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
  const sum = Array.from(vin).reduce((total, char, index) => total + vinValue(char) * weights[index]!, 0);
  return "0123456789X"[sum % 11] === vin[8];
}

function vinValue(char: string): number {
  return Number(/[0-9]/.test(char) ? char : VIN_VALUES[VIN_LETTERS.indexOf(char)]);
}

function hasDigits(text: string): false | undefined {
  return compact(text).replaceAll(/[^0-9]/g, "").length >= 4 ? undefined : false;
}

/**
 * Numbers that Safe Harbor names and no country standardises, by the surrounding words; vehicles by their check digit.
 */
export const HEALTH_IDENTIFIERS: readonly Recogniser[] = [
  medicalRecord,
  healthPlan,
  healthPlanCode,
  professionalLicense,
  deviceSerial,
  vehicle,
];
