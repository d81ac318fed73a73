import { GAP, isCapitalised, keyOf, type Token } from "./tokens.ts";

const set = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/));

/** Companies whose names are made of names of people, and that no well-known living person is called by. */
const BODIES: ReadonlySet<string> = new Set(
  "wells fargo|morgan stanley|jpmorgan chase|jp morgan|jp morgan chase|goldman sachs|merrill lynch|lehman brothers|john deere|fannie mae|freddie mac|sallie mae|rolls royce|aston martin|alfa romeo|mercedes benz|harley davidson|hugo boss|louis vuitton|jack daniels|jim beam|johnnie walker|warner bros|warner brothers|eli lilly|estee lauder|levi strauss|booz allen|booz allen hamilton|baker hughes|baker mckenzie|sherwin williams|stanley black|abercrombie fitch|marks spencer|thomson reuters|dun bradstreet|standard chartered".split(
    "|",
  ),
);

/** Banks, makers and hotels with the name of a person: the words around them decide. */
const BRANDS = set(
  "chase wells barclays schwab vanguard fidelity lloyds ally hilton marriott hyatt dodge lincoln bentley mercedes porsche ferrari maserati chrysler chevrolet",
);

/** Things that such a body has or sells. */
const THINGS = set(
  "bank banks account accounts card cards loan loans mortgage mortgages savings checking deposit deposits branch branches statement statements app atm overdraft car cars truck trucks suv sedan dealership dealer hotel hotels",
);

/** Words between such a thing and its body: "an account at Chase". */
const BETWEEN = set("at with from by via through");

/** Number of tokens of a company that is named after people, from a position on; 0 for none. */
export function bodyLength(tokens: readonly Token[], index: number): number {
  if (!isCapitalised(tokens[index]!)) return 0;
  let name = keyOf(tokens[index]);
  let best = 0;
  for (let to = index + 1; to < tokens.length && to < index + 3; to++) {
    const token = tokens[to]!;
    if (token.gap !== GAP.space || !isCapitalised(token)) break;
    name += ` ${token.key}`;
    if (BODIES.has(name)) best = to - index + 1;
  }
  return best === 0 && isBrand(tokens, index) ? 1 : best;
}

/** "My account at Chase", "a Chase card"; not "Chase opened an account". */
function isBrand(tokens: readonly Token[], index: number): boolean {
  if (!BRANDS.has(keyOf(tokens[index]))) return false;
  const after = tokens[index + 1];
  if (after?.gap === GAP.space && isCapitalised(after) && !THINGS.has(after.key)) return false;
  if (after?.gap === GAP.space && THINGS.has(after.key)) return true;
  const between = tokens[index - 1];
  if (between === undefined || tokens[index]!.gap !== GAP.space || between.gap !== GAP.space) return false;
  return BETWEEN.has(between.key) && THINGS.has(keyOf(tokens[index - 2]));
}

/** True for a brand in a list with a body that was found right before it: "Wells Fargo and Chase". */
export function isListedBrand(tokens: readonly Token[], index: number, bodyEnd: number): boolean {
  return bodyEnd === index - 1 && /^(?:and|or)$/.test(keyOf(tokens[index - 1])) && BRANDS.has(keyOf(tokens[index]));
}
