import { weightedSum } from "../checksums.ts";
import { NUMBERS_OF_TRADE } from "../numbers-of-trade.ts";
import { patternRecogniser, type Recogniser } from "../recogniser.ts";
import { isDay } from "../is-day.ts";

/** Centuries, indexed by the tens that are added to the month. */
const CENTURIES = [1900, 2000, 2100, 2200, 1800];

const pesel = patternRecogniser({
  name: "pl-pesel",
  against: NUMBERS_OF_TRADE,
  entity: "PL_PESEL",
  locales: ["PL"],
  isDefault: false,
  needs: { digits: 11, row: [11, 11] },
  context: ["pesel"],
  patterns: [[/[0-9]{2}(?:[02468][1-9]|[13579][012])(?:0[1-9]|[12][0-9]|3[01])[0-9]{5}/, 0.4]],
  edges: "digit",
  validate: (text) => {
    const month = Number(text.slice(2, 4));
    const year = CENTURIES[Math.floor(month / 20)]! + Number(text.slice(0, 2));
    const isDate = isDay(year, month % 20, Number(text.slice(4, 6)));
    return isDate && weightedSum(text, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0;
  },
  source:
    "Ustawa o ewidencji ludności 2010, art. 15-19: date of birth with the century in the month, weights 1, 3, 7, 9",
});

/** Identifiers that Poland issues. */
export const POLAND: readonly Recogniser[] = [pesel];
