import { describe, expect, test } from "vitest";

import { findNames } from "../../../src/curate/pii/names/find-names.ts";

/** Addresses that are reported without a person's look, as text. */
function addresses(text: string): string[] {
  return findNames(text)
    .filter(({ type, score }) => type === "STREET_ADDRESS" && score >= 0.35)
    .map(({ start, end }) => text.slice(start, end));
}

/** Values, doses, scores, versions, dates: numbers next to capitals, of nobody. */
const NUMBERS = [
  "My HbA1c is 7.2. LDL 130, HDL 45, should I worry?",
  "ECG at 14:22. BP 145/95, HR 88, T 98.6 and sats fine.",
  "Python 3.12. Django 5, Flask 3 are installed.",
  "Lakers 101, Celtics 99 after overtime.",
  "In 1998. Apollo 11, Apollo 12 and others were studied.",
  "Ward 15 Jan. In March 2023 it was moved.",
  "TSH 2.1. Ferritin 18, B12 240, what is low?",
  "Creatinine 1.4. Potassium 5.1, Sodium 138.",
  "Took 2 Advil 200 and 1 Tylenol 500 at noon.",
  "WBC 11.2, Hgb 9.8, Plt 240, MCV 82.",
  "GCS 15. NIHSS 4, mRS 2 at discharge.",
  "Vitals: T 37.9, P 102, RR 22, SpO2 94.",
  "EF was 55. LVEDD 48, LVESD 32, TAPSE 21.",
  "Stopped at 40. Prozac 20 mg worked better than Zoloft 50 mg.",
  "Is Humalog 75/25 the same as Novolog 70/30?",
  "PHQ-9 was 14. GAD-7 was 11, AUDIT 3.",
  "The score was Arsenal 2, Chelsea 1 in the end.",
  "Node 20. React 18, Vite 5, Vitest 1 in the lock file.",
  "Chapter 3. Figure 12, Table 4 show the doses.",
  "Version 1.2.3.4 of the pump software failed.",
  "Upgrade to version 10.0.0.1 before Friday.",
  "At 36 weeks, Bishop 6, station 0, Apgar 9.",
  "She is on day 5. Cipro 500 twice, Flagyl 400 thrice.",
  "Tumor 2.3 cm, Gleason 7, PSA 8.4, Ki-67 20.",
  "A1c 6.1. Triglycerides 212, VLDL 42.",
  "ALT 88 AST 71 ALP 120 GGT 64, bilirubin normal.",
  "Room temperature was 21. Humidity 45, Pressure 1013.",
  "Windows 11, Ubuntu 22, Debian 12 all boot.",
  "It peaked at 39.4. Paracetamol 500 brought it down to 37.",
  "Take 1 Augmentin 875 at night and 1 Claritin 10 at dawn.",
  "Stage 3. Child-Pugh 7, MELD 18, is that bad?",
  "QT 440, QTc 462, PR 180, QRS 96 on the strip.",
  "Eyes: OD 20/40, OS 20/25, IOP 18, Cup 0.4.",
  "Formula 1, Apollo 13 and Voyager 2 are on the quiz.",
  "Set the CPAP at 8. Ramp 15, Humidity 3, EPR 2.",
  "Romans 8, Corinthians 13, Psalms 23 were read.",
  "Section 12. Article 9, Annex 2 of the rule apply.",
  "Boeing 737, Airbus 320 and Cessna 172 were counted.",
  "FEV1 2.1 L, FVC 3.0 L, DLCO 68, FeNO 41.",
  "Cycle 3. Taxol 175, Carboplatin 450, Neulasta 6 mg.",
  "National Insurance QQ 12 34 56 C",
  "The Committee 12 and Committee 14 met.",
  "Lab: 140 Na 4 K 101 Cl 24 CO2 8 BUN",
  "Change 34 L 18 cL to liters.",
  "It held 3,000 L. On Monday 12 were left.",
  "Is Colgate 5000 too strong?",
  "A plot of 125 X 225 feet",
];

/** In eight countries, made up, and what must be covered at least. */
const STREETS: readonly (readonly [text: string, street: string])[] = [
  ["I live at 742 Maple Ridge Road, Columbus, OH 43215.", "742 Maple Ridge Road"],
  ["Send it to 18 Elm St, Apt 4B, Boston, MA 02118.", "18 Elm St"],
  ["Ship to 1500 Wilshire Blvd Suite 210, Los Angeles, CA 90017.", "1500 Wilshire Blvd"],
  ["We moved to 27 Harbour Lane, Bristol BS1 5TY.", "27 Harbour Lane"],
  ["Flat 3, 14 Camden Terrace, London NW1 9AL", "14 Camden Terrace"],
  ["Er wohnt in der Bahnhofstraße 12, 80335 München.", "Bahnhofstraße 12"],
  ["Adresse: Gartenweg 7a, 50667 Köln", "Gartenweg 7a"],
  ["Hauptstr. 101, 69117 Heidelberg", "Hauptstr. 101"],
  ["J'habite 12 rue des Lilas, 69003 Lyon.", "12 rue des Lilas"],
  ["Adresse : 8 avenue Victor Hugo, 13001 Marseille", "8 avenue Victor Hugo"],
  ["Vive en la Calle Mayor 45, 28013 Madrid.", "Calle Mayor 45"],
  ["Domicilio: Avda. de la Constitución, 3, 41001 Sevilla", "Avda. de la Constitución, 3"],
  ["Abita in Via Garibaldi 22, 20121 Milano.", "Via Garibaldi 22"],
  ["Indirizzo: Piazza Dante 5, 80135 Napoli", "Piazza Dante 5"],
  ["Woont op Kerkstraat 88, 1017 GN Amsterdam.", "Kerkstraat 88"],
  ["Adres: Oude Gracht 154, 3511 AX Utrecht", "Gracht 154"],
  ["Adres: ul. Długa 14, 00-238 Warszawa", "ul. Długa 14"],
  ["Mieszka przy al. Jerozolimskie 56, Warszawa", "al. Jerozolimskie 56"],
  ["Bor på Storgatan 31, 111 51 Stockholm.", "Storgatan 31"],
  ["Adress: Drottninggatan 5, 411 14 Göteborg", "Drottninggatan 5"],
];

describe("numbers next to capitals are no address", () => {
  test.each(NUMBERS)("%s", (text) => {
    expect(addresses(text)).toEqual([]);
  });
});

describe("streets of eight countries are found", () => {
  test.each(STREETS)("%s", (text, street) => {
    expect(addresses(text).some((each) => each.includes(street))).toBe(true);
  });
});

test("a date after a number is not a part of an address", () => {
  expect(addresses("Feb 3. In March 2023 she went. 1/22/23. Feb 30, 2023")).toEqual([]);
});

test("digits that belong to a longer number begin no address", () => {
  for (const number of ["7.2", "14:22", "3,5"]) expect(addresses(`${number} Koskela 25, Espoo`)).toEqual([]);
  expect(addresses("They live at 223 Koskela 25, Espoo")).toEqual(["223 Koskela 25, Espoo"]);
});
