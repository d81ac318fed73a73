import { weightedSum } from "../checksums.ts";
import { NUMBERS_OF_TRADE } from "../numbers-of-trade.ts";
import { patternRecogniser, type Recogniser } from "../recogniser.ts";

const SG = { locales: ["SG"], isDefault: false } as const;

const nric = patternRecogniser({
  ...SG,
  name: "sg-nric-fin",
  entity: "SG_NRIC_FIN",
  needs: { digits: 7, mixed: true, row: [7, 7] },
  context: ["fin", "nric", "identity card"],
  patterns: [
    [/[STFGM][0-9]{7}[A-Z]/, 0.5],
    [/[A-Z][0-9]{7}[A-Z]/, 0.3],
  ],
  source:
    "Immigration and Checkpoints Authority: S and T for citizens, F, G and M for others; the check letter is not published",
});

const TYPES =
  "LP LL FC PF RF MQ MM NB CC CS MB FM GS DP CP NR CM CD MD HS VH CH MH CL XL CX HC RP TU TC FB FN PA PB SS MC SM GA GB";
const LETTERS = "ABCDEFGHJKLMNPQRSTUVWX0123456789";

/** Check letters of businesses, companies and other entities. */
function hasUenLetter(text: string): boolean {
  const uen = text.toUpperCase();
  const [body, check] = [uen.slice(0, -1), uen.at(-1)];
  if (uen.length === 9) return "XMKECAWLJDB"[weightedSum(body, [10, 4, 9, 3, 8, 2, 7, 1]) % 11] === check;
  if (/^[0-9]/.test(uen)) return "ZKCMDNERGWH"[weightedSum(body, [10, 8, 6, 4, 9, 7, 5, 3, 1]) % 11] === check;
  if (!TYPES.split(" ").includes(uen.slice(3, 5))) return false;
  const weights = [4, 3, 5, 3, 10, 2, 2, 5, 7];
  const sum = Array.from(body).reduce((total, char, index) => total + LETTERS.indexOf(char) * weights[index]!, 0);
  return LETTERS[(sum - 5 + 11) % 11] === check;
}

const uen = patternRecogniser({
  ...SG,
  name: "sg-uen",
  against: NUMBERS_OF_TRADE,
  entity: "SG_UEN",
  needs: { digits: 6, mixed: true, row: [4, 9] },
  context: ["uen", "unique entity number", "business registration", "acra"],
  patterns: [[/[0-9]{8}[A-Z]|(?:19|20)[0-9]{7}[A-Z]|[TSR][0-9]{2}[A-Z]{2}[0-9]{4}[A-Z]/, 0.3]],
  validate: hasUenLetter,
  source: "ACRA, Unique Entity Number: formats A, B, C and types of entity (uen.gov.sg)",
});

/** Identifiers that Singapore issues. */
export const SINGAPORE: readonly Recogniser[] = [nric, uen];
