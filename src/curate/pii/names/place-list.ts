import { citySize, isCountry } from "./gazetteer.ts";
import { STATES } from "./terms.ts";
import { factsOf, GAP, isCapitalised, keyOf, SHAPE, type Token } from "./tokens.ts";

/** Maximum number of members of a list that are followed on each side, and of words in a member. */
const [MEMBERS, WORDS] = [6, 3];

/** A member of a list: tokens `from` up to `to`. */
type Member = { from: number; to: number };

/**
 * Meaning of a word by the other members of its list ("France, Jordan and Chad"): `place` if one of them is a
 * country, a state or a large town that is seldom a first name; `person` if one is a name but not a place; `both` if
 * each may be either; undefined if there is not a list.
 */
export function kindOfList(tokens: readonly Token[], position: number): "place" | "person" | "both" | undefined {
  const others = [-1, 1].flatMap((step) => membersFrom(tokens, position, step));
  if (others.length === 0) return undefined;
  if (others.some((member) => isPerson(tokens, member))) return "person";
  return others.some((member) => isOnlyPlace(tokens, member)) ? "place" : "both";
}

/** Positions of the words of one token in the list of a word, itself included. */
export function listed(tokens: readonly Token[], position: number): number[] {
  const others = [-1, 1].flatMap((step) => membersFrom(tokens, position, step));
  return [position, ...others.filter(({ from, to }) => to - from === 1).map(({ from }) => from)];
}

function membersFrom(tokens: readonly Token[], position: number, step: number): Member[] {
  const members: Member[] = [];
  let edge = step < 0 ? position : position + 1;
  while (members.length < MEMBERS) {
    const member = step < 0 ? memberBefore(tokens, edge) : memberAfter(tokens, edge);
    if (member === undefined) break;
    members.push(member);
    edge = step < 0 ? member.from : member.to;
  }
  return members;
}

function isJoin(token: Token | undefined): boolean {
  return /^(?:and|or|y|e|et|und|&)$/.test(keyOf(token)) && token!.shape === SHAPE.lower;
}

/** The member that ends before a token: "France, " or "France and " or "France, and ". */
function memberBefore(tokens: readonly Token[], edge: number): Member | undefined {
  const gap = tokens[edge]?.gap;
  const joined = gap === GAP.space && isJoin(tokens[edge - 1]);
  if (!joined && gap !== GAP.comma) return undefined;
  const to = joined ? edge - 1 : edge;
  let from = to;
  while (from > 0 && to - from < WORDS && isCapitalised(tokens[from - 1]!)) {
    if (from < to && tokens[from]!.gap !== GAP.space) break;
    from -= 1;
  }
  const { gap: parting } = tokens[to]!;
  return from < to && (parting === GAP.space || parting === GAP.comma) ? { from, to } : undefined;
}

/** The member that begins after a token. */
function memberAfter(tokens: readonly Token[], edge: number): Member | undefined {
  const first = tokens[edge];
  if (first === undefined || (first.gap !== GAP.comma && !(first.gap === GAP.space && isJoin(first)))) return undefined;
  const from = isJoin(first) ? edge + 1 : edge;
  let to = from;
  while (to < tokens.length && to - from < WORDS && isCapitalised(tokens[to]!)) {
    const { gap } = tokens[to]!;
    if (to === from ? gap !== GAP.space && gap !== GAP.comma : gap !== GAP.space) break;
    to += 1;
  }
  return from < to ? { from, to } : undefined;
}

function nameOf(tokens: readonly Token[], { from, to }: Member): string {
  return tokens
    .slice(from, to)
    .map(({ key }) => key)
    .join(" ");
}

function isPlace(name: string): boolean {
  return isCountry(name) || STATES.has(name) || citySize(name) >= 2;
}

/** A country or a large town that is rarely a first name. */
function isOnlyPlace(tokens: readonly Token[], member: Member): boolean {
  const name = nameOf(tokens, member);
  if (member.to - member.from > 1) return isPlace(name);
  const { first, common } = factsOf(tokens[member.from]!);
  return (isCountry(name) || STATES.has(name) || citySize(name) === 3) && first < 2 && common === 0;
}

/** A first name that is not a place, or one followed by a family name. */
function isPerson(tokens: readonly Token[], member: Member): boolean {
  if (isPlace(nameOf(tokens, member))) return false;
  const { first, common } = factsOf(tokens[member.from]!);
  return first > 0 && common < 2;
}
