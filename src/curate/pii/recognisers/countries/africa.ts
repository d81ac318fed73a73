import { passesLuhn, passesVerhoeff } from "../checksums.ts";
import { isDay } from "../is-day.ts";
import { NUMBERS_OF_TRADE } from "../numbers-of-trade.ts";
import { patternRecogniser, type Recogniser } from "../recogniser.ts";

const nigerianIdentity = patternRecogniser({
  name: "ng-nin",
  against: NUMBERS_OF_TRADE,
  entity: "NG_NIN",
  locales: ["NG"],
  isDefault: false,
  needs: { digits: 11, row: [11, 11] },
  context: [
    "nin",
    "national identification number",
    "national identity number",
    "nimc",
    "national identity",
    "nigeria id",
  ],
  patterns: [[/[0-9]{11}/, 0.01]],
  validate: passesVerhoeff,
  source: "National Identity Management Commission: eleven digits with Verhoeff's check",
});

const nigerianPlate = patternRecogniser({
  name: "ng-vehicle-registration",
  entity: "NG_VEHICLE_REGISTRATION",
  locales: ["NG"],
  isDefault: false,
  needs: { digits: 3, mixed: true, row: [3, 3] },
  context: [
    "plate number",
    "vehicle registration",
    "license plate",
    "number plate",
    "plate",
    "vehicle",
    "registration",
  ],
  patterns: [[/[A-Z]{3}[- ]?[0-9]{3}[A-Z]{2}/, 0.5]],
  source: "Federal Road Safety Corps, plates of 2011: area code, three digits, two letters",
});

const southAfricanIdentity = patternRecogniser({
  name: "za-id-number",
  against: NUMBERS_OF_TRADE,
  entity: "ZA_ID_NUMBER",
  locales: ["ZA"],
  isDefault: false,
  needs: { digits: 13, row: [13, 13] },
  context: ["id", "identity", "identity number", "id number", "south african id", "rsa id", "smart id", "national id"],
  patterns: [[/[0-9]{10}[0-2][89][0-9]/, 0.2]],
  validate: (text) => {
    const [year, month, day] = [text.slice(0, 2), text.slice(2, 4), text.slice(4, 6)].map(Number);
    // The century is not written: 1900 has no leap day, 2000 has.
    return isDay(2000 + year!, month!, day!) && passesLuhn(text);
  },
  source: "Identification Act 68 of 1997, Department of Home Affairs: date, sequence, citizenship, Luhn's check",
});

/** Identifiers that Nigeria and South Africa issue. */
export const AFRICA: readonly Recogniser[] = [nigerianIdentity, nigerianPlate, southAfricanIdentity];
