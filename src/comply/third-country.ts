/** States of the European Economic Area by ISO 3166 code, with their English names. */
const EEA: Readonly<Record<string, string>> = {
  AT: "Austria",
  BE: "Belgium",
  BG: "Bulgaria",
  HR: "Croatia",
  CY: "Cyprus",
  CZ: "Czechia",
  DK: "Denmark",
  EE: "Estonia",
  FI: "Finland",
  FR: "France",
  DE: "Germany",
  GR: "Greece",
  HU: "Hungary",
  IS: "Iceland",
  IE: "Ireland",
  IT: "Italy",
  LV: "Latvia",
  LI: "Liechtenstein",
  LT: "Lithuania",
  LU: "Luxembourg",
  MT: "Malta",
  NL: "Netherlands",
  NO: "Norway",
  PL: "Poland",
  PT: "Portugal",
  RO: "Romania",
  SK: "Slovakia",
  SI: "Slovenia",
  ES: "Spain",
  SE: "Sweden",
};

const INSIDE = new Set([...Object.keys(EEA), ...Object.values(EEA), "EU", "EEA"].map((word) => word.toLowerCase()));

/**
 * Whether personal data that are processed in a country leave the European Economic Area. A two-letter code or an English
 * name; false only for a state of the EEA, so that a name with another spelling is asked about, not overlooked.
 *
 * @source GDPR, Chapter V; EEA Agreement, Joint Committee decision 154/2018
 */
export function isThirdCountry(country: string): boolean {
  return !INSIDE.has(country.trim().toLowerCase());
}
