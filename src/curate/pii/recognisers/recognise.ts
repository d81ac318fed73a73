import { withoutCode } from "../code/code-spans.ts";
import { NAMES } from "../names/name-recognisers.ts";
import { type Span, withoutOverlaps } from "../span.ts";
import { contextFinder, type ContextWords, contextWords, type WordIndex, wordIndex } from "./context-words.ts";
import { type Needs, windowFinder } from "./find-windows.ts";
import { ipAddress, isOwnAddress } from "./ip-address.ts";
import { type FindOptions, type Recogniser } from "./recogniser.ts";
import { PHONE_REGIONS } from "./phone-number.ts";
import { RECOGNISERS } from "./registry.ts";

/** Options of recognition. Default: the entities that are on by default, at scores of DEFAULT_MIN_SCORE and above. */
export type RecogniseOptions = FindOptions & {
  /** Entities to find, including those that are off by default. */
  entities?: readonly string[] | undefined;
  /** Names of recognisers to run, including those that are off by default. */
  recognisers?: readonly string[] | undefined;
  /**
   * Countries (ISO 3166-1 alpha-2) whose recognisers run in addition to the international ones, and whose telephone
   * numbers are recognised.
   */
  locales?: readonly string[] | undefined;
  /** Also find names of people, places and organisations, by lists and the shape of words; default: false. */
  names?: boolean | undefined;
  /** Lowest score of a span. */
  minScore?: number | undefined;
  /** Whether context words raise a score; default: true. */
  context?: boolean | undefined;
  /** Additional recognisers of a programme. They run regardless of the named entities. */
  custom?: readonly Recogniser[] | undefined;
  /**
   * Which entities are reported in strings and comments of source code: those with a high score, or all. Default: a
   * high score.
   */
  codeLiterals?: "sure" | "all" | undefined;
  /** Texts that are never a span, in any case of letters. */
  allow?: readonly string[] | undefined;
  /** Texts that are always personal data, as whole words in any case of letters, by entity. */
  deny?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Keeps overlapping spans of different recognisers; those of one recogniser never overlap. */
  overlaps?: boolean | undefined;
};

/**
 * A weak pattern (0.3 or less) reaches this score only with a word nearby; a check digit or a distinctive format
 * reaches it alone.
 */
const DEFAULT_MIN_SCORE = 0.35;

const DEFAULTS: RecogniseOptions = {};

/** Number of words before a match that are searched for a contradicting word. */
const AGAINST_WORDS = 3;

/** Increase of a score by a context word, and the minimum score after it. */
const CONTEXT_BONUS = 0.35;
const CONTEXT_FLOOR = 0.4;

/**
 * Personal data in a text, by patterns and check digits, without a model; names of people and places on request.
 * Searches the text once for digits and runs most recognisers only on the pieces around them. The work grows linearly
 * with the length of any text, and there is no maximum length.
 *
 * @param options  one object for many texts: the search is prepared once per object, which costs more than a text
 * @returns spans in the order of the text, without overlaps, with offsets in UTF-16 code units
 */
export function recognise(text: string, options: RecogniseOptions = DEFAULTS): Span[] {
  const plan = planOf(options);
  const found: Ranked[] = plan.deny === undefined ? [] : denied(text, plan.deny);
  const windowsFor = windowFinder(text);
  const words = contextFinder(text, { index: plan.index, windowsFor });
  const mayHold = (context: ContextWords, { needs }: Recogniser): boolean =>
    needs === "text" || words.mayHold(context, needs.digits);
  const isWorthwhile = ({ recogniser, context, holds }: Member): boolean =>
    ((recogniser.bestScore ?? 1) >= plan.minScore || (options.context !== false && mayHold(context, recogniser))) &&
    (holds === undefined || mayHold(holds, recogniser));
  const isNear = (place: { start: number; end: number }, { recogniser, context }: Member): boolean =>
    options.context !== false && mayHold(context, recogniser) && words.isNear(place, context);
  for (const member of plan.whole) search({ member, piece: text, offset: 0 });
  for (const { needs, members } of plan.groups) {
    const windows = windowsFor(needs);
    const worthwhile = windows.length === 0 ? [] : members.filter(isWorthwhile);
    if (worthwhile.length === 0) continue;
    for (const { start, end } of windows) {
      const piece = text.slice(start, end);
      for (const member of worthwhile) search({ member, piece, offset: start });
    }
  }
  if (found.length === 0) return [];
  const ranked = found.toSorted((a, b) => a.rank - b.rank || a.span.start - b.span.start);
  const spans = ranked.map(({ span }) => span);
  const literals = options.codeLiterals ?? "sure";
  if (options.overlaps !== true) return withoutCode(text, withoutOverlaps(spans), literals);
  const names = [...new Set(spans.map(({ by }) => by))];
  const own = names.flatMap((name) => withoutOverlaps(spans.filter(({ by }) => by === name)));
  return withoutCode(
    text,
    own.toSorted((a, b) => a.start - b.start || a.end - b.end),
    literals,
  );

  function search({ member, piece, offset }: { member: Member; piece: string; offset: number }): void {
    const { recogniser, rank } = member;
    for (const match of recogniser.find(piece, plan.find)) {
      const start = match.start + offset;
      const end = match.end + offset;
      let { score } = match;
      if (
        score < 1 &&
        Math.max(CONTEXT_FLOOR, score + CONTEXT_BONUS) >= plan.minScore &&
        isNear({ start, end }, member)
      ) {
        score = Math.min(1, Math.max(CONTEXT_FLOOR, score + CONTEXT_BONUS));
      } else if (
        member.against !== undefined &&
        text.charAt(start) !== "+" &&
        words.isNear({ start, end }, member.against) &&
        !isNear({ start, end }, member)
      )
        continue;
      if (options.context !== false && isDoubtful(text.slice(start, end), member) && !isNear({ start, end }, member))
        continue;
      if (score < plan.minScore || isInUuid(text, { start, end })) continue;
      if (recogniser === ipAddress && plan.minScore > 0 && isOwnAddress(text.slice(start, end))) continue;
      if (plan.allow?.has(text.slice(start, end).toLowerCase()) === true) continue;
      found.push({ rank, span: { start, end, type: recogniser.entity, score, by: recogniser.name } });
    }
  }
}

/** True for a match that needs a context word because of its shape. */
function isDoubtful(written: string, { recogniser: { sureShape } }: Member): boolean {
  return sureShape !== undefined && !sureShape.test(written);
}

/** True for the first or the last digits of a UUID: "28025280-2c39-4092-9719-f3234b89c627". @source RFC 9562, section 4 */
function isInUuid(text: string, { start, end }: { start: number; end: number }): boolean {
  if (text.charAt(end) === "-" && end - start === 8)
    return /^-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}(?![\da-z])/i.test(text.slice(end, end + 29));
  if (text.charAt(start - 1) !== "-" || end - start !== 12) return false;
  return /(?:^|[^\da-z])[\da-f]{8}(?:-[\da-f]{4}){3}-$/i.test(text.slice(Math.max(0, start - 25), start));
}

/** The recognisers that run with the given options, in the order of the registry. */
export function activeRecognisers(options: RecogniseOptions = DEFAULTS): readonly Recogniser[] {
  const { entities, locales, recognisers } = options;
  const all = options.names === true ? [...RECOGNISERS, ...NAMES] : RECOGNISERS;
  return all.filter(({ name, entity, isDefault, isByNameOnly = false, locales: own }) => {
    if (isByNameOnly) return recognisers?.includes(name) === true;
    if (entities !== undefined || recognisers !== undefined) {
      return entities?.includes(entity) === true || recognisers?.includes(name) === true;
    }
    if (locales === undefined) return isDefault;
    return own.length === 0 ? isDefault : own.some((locale) => locales.includes(locale));
  });
}

/** A recogniser in use, and its position in the registry. */
type Member = {
  recogniser: Recogniser;
  context: ContextWords;
  against: ContextWords | undefined;
  holds: ContextWords | undefined;
  rank: number;
};

/** A span and the rank of its recogniser. */
type Ranked = { span: Span; rank: number };

type Plan = {
  /** Recognisers that process whole texts. */
  whole: Member[];
  /** The other recognisers, grouped by their needs. */
  groups: { needs: Needs; members: Member[] }[];
  index: WordIndex;
  find: FindOptions;
  minScore: number;
  allow: ReadonlySet<string> | undefined;
  deny: readonly { type: string; regex: RegExp }[] | undefined;
};

const plans = new WeakMap<RecogniseOptions, Plan>();

/** Evaluated options, cached per options object because a dataset has many rows. */
function planOf(options: RecogniseOptions): Plan {
  const known = plans.get(options);
  if (known !== undefined) return known;
  const whole: Member[] = [];
  const groups = new Map<string, { needs: Needs; members: Member[] }>();
  for (const [rank, recogniser] of [...(options.custom ?? []), ...activeRecognisers(options)].entries()) {
    const { needs, holds } = recogniser;
    const member = {
      recogniser,
      context: contextWords(recogniser.context, recogniser.contextWords),
      against: recogniser.against === undefined ? undefined : contextWords(recogniser.against, AGAINST_WORDS),
      holds: holds === undefined ? undefined : contextWords(holds),
      rank,
    };
    if (needs === "text") whole.push(member);
    else {
      const key = JSON.stringify(needs);
      const group = groups.get(key) ?? { needs, members: [] };
      group.members.push(member);
      groups.set(key, group);
    }
  }
  const { allow, deny, minScore = DEFAULT_MIN_SCORE } = options;
  const members = [...whole, ...[...groups.values()].flatMap((group) => group.members)];
  const plan: Plan = {
    whole,
    groups: [...groups.values()],
    index: wordIndex(members.flatMap(({ context, holds }) => (holds === undefined ? [context] : [context, holds]))),
    find: { ...options, phoneRegions: options.phoneRegions ?? [...PHONE_REGIONS, ...(options.locales ?? [])] },
    minScore,
    allow: allow === undefined ? undefined : new Set(allow.map((text) => text.toLowerCase())),
    deny: deny === undefined ? undefined : Object.entries(deny).flatMap(([type, texts]) => denyList(type, texts)),
  };
  plans.set(options, plan);
  return plan;
}

/** The texts of one entity as one pattern, the longest first. */
function denyList(type: string, texts: readonly string[]): { type: string; regex: RegExp }[] {
  const words = texts.filter((text) => text.trim() !== "").toSorted((a, b) => b.length - a.length);
  if (words.length === 0) return [];
  const any = words.map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")).join("|");
  return [{ type, regex: new RegExp(`(?<![\\p{L}\\p{N}_])(?:${any})(?![\\p{L}\\p{N}_])`, "giu") }];
}

function denied(text: string, lists: readonly { type: string; regex: RegExp }[]): Ranked[] {
  return lists.flatMap(({ type, regex }) =>
    Array.from(text.matchAll(regex), (match) => {
      const [start, end] = [match.index, match.index + match[0].length];
      return { rank: -1, span: { start, end, type, score: 1, by: "deny-list" } };
    }),
  );
}
