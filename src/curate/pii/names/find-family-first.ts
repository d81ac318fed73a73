import { type Reading, isFree, take } from "./name-span.ts";
import { CALENDAR, NO_NAMES } from "./terms.ts";
import { factsOf, GAP, isCapitalised, keyOf, SHAPE, type Token } from "./tokens.ts";

const set = (words: string): ReadonlySet<string> => new Set(words.split(" "));

/**
 * Frequent family names of China, Korea and Vietnam, and of Chinese families in South-East Asia, which precede the
 * given name.
 *
 * @source the hundred surnames of China (Ministry of Public Security, 2020), fifteen of Korea (KOSIS, 2015), fourteen
 * of Vietnam; romanised as in passports
 */
const FAMILIES = set(
  "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie tang xi song deng han feng cao peng zeng xiao tian dong pan yuan cai jiang yu du ye cheng wei su lu ding ren lv yao jin cui tan shi liao fan wan fang zou xiong bai meng qin qiu hou mao chow chan wong leung cheung lau ho ng kwok kwan lam lai tsang tse yip yeung fung mok chua goh koh teo toh ong lim lee tay sim seah ang quek kim park pak choi jung jeong chung kang cho yoon yun jang chang shin seo kwon hwang ahn hong yoo ryu moon bae baek nam noh roh ban nguyen tran le pham hoang huynh phan vu vo dang bui do duong ly ngo trinh dinh truong doan luong mai dao",
);

/** One or two syllables of these languages in Latin letters, folded. */
const SYLLABLES =
  /^(?:(?:[bcdfghjklmnpqrstvwxyz]|[bcdgkpst]h|ng?h?|zh|tr|gi|qu|kw|hw|sy|ky|my|hy|ny|gy|by|ry)?[aeiouwy]{1,3}(?:ng|nh|ch|[nmptckhlrg])?){1,2}$/;

/** Maximum number of given names after a family name. */
const LONGEST = 3;

/** Finds people whose family name comes first: "Nguyen Van An", "Park Geun-hye", "Li Na". */
export function findFamilyFirst(reading: Reading): void {
  const { tokens, taken } = reading;
  for (let index = 0; index + 1 < tokens.length; index++) {
    const token = tokens[index]!;
    if (taken[index] !== 0 || token.shape !== SHAPE.capital || token.isPossessive || !FAMILIES.has(token.key)) continue;
    if (tokens[index - 1] !== undefined && token.gap === GAP.space && isCapitalised(tokens[index - 1]!)) continue;
    const to = givenEnd(tokens, index + 1);
    if (to === index + 1 || !isFree(reading, index, to) || !isName(tokens, index, to)) continue;
    take(reading, { from: index, to, type: "PERSON", score: 0.75 });
    index = to - 1;
  }
}

function givenEnd(tokens: readonly Token[], from: number): number {
  let to = from;
  while (to < tokens.length && to - from < LONGEST && isGiven(tokens[to]!)) {
    to += 1;
    if (tokens[to - 1]!.isPossessive || tokens[to - 1]!.key.includes("-")) break;
  }
  const next = tokens[to];
  // A name that continues with a word of another kind is none: "Tang Dynasty", "Song Contest", "Ho Chi Minh City".
  return next !== undefined && next.gap === GAP.space && isCapitalised(next) ? from : to;
}

function isGiven(token: Token): boolean {
  if (token.gap !== GAP.space || token.shape !== SHAPE.capital) return false;
  return !NO_NAMES.has(token.key) && !CALENDAR.has(token.key) && token.key.split("-").every(isSyllabic);
}

function isSyllabic(part: string): boolean {
  return part.length <= 8 && SYLLABLES.test(part);
}

/**
 * A hyphenated pair of syllables is enough; otherwise a word that is not a common word, or two of them if the family
 * name is a common word.
 */
function isName(tokens: readonly Token[], from: number, to: number): boolean {
  const given = tokens.slice(from + 1, to);
  if (given.some(({ text }) => /^\p{Lu}\p{L}+-\p{L}{2,}$/u.test(text))) return true;
  const rare = given.filter((token) => isRare(token)).length;
  const { common } = factsOf(tokens[from]!);
  if (keyOf(tokens[from]) === "le") return given.length > 1 && rare > 0; // "Le Monde"
  return common === 0 ? rare > 0 || given.length > 1 : rare > 0 && given.length > 1;
}

/** True for a word that is not a common word, or that is a rare word and also a name. */
function isRare(token: Token): boolean {
  const { first, last, common } = factsOf(token);
  return common === 0 || (common === 1 && first + last > 0);
}
