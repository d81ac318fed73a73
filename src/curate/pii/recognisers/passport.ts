import { patternRecogniser } from "./recogniser.ts";

/** Passports of any country after that word: as many letters and digits as the machine-readable zone allows. */
export const passport = patternRecogniser({
  name: "passport-number",
  entity: "PASSPORT",
  locales: [],
  isDefault: true,
  needs: { digits: 4, reach: 10 },
  context: ["passport", "passports", "reisepass", "passeport", "pasaporte", "passaporto", "passaporte", "paspoort"],
  contextWords: 3,
  patterns: [[/(?=[A-Z]{0,3}[0-9])(?=(?:[A-Z]{0,4}[0-9]){5})[A-Z0-9]{7,9}/, 0.04]],
  bestScore: 0.04,
  source: "ICAO Doc 9303-4: up to nine letters and digits; no country's own check",
});
