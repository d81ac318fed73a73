import { type Span, withoutOverlaps } from "../span.ts";
import { type ContextWords, contextWords, hasContext } from "./context-words.ts";
import { findWindows } from "./find-windows.ts";
import { type FindOptions, type Recogniser } from "./recogniser.ts";
import { RECOGNISERS } from "./registry.ts";

/** What to look for. Without any of it: what is on by default, at scores of DEFAULT_MIN_SCORE and above. */
export type RecogniseOptions = FindOptions & {
  /** Entities to look for, also such as are off by default. */
  entities?: readonly string[] | undefined;
  /** Names of recognisers to run, also such as are off by default. */
  recognisers?: readonly string[] | undefined;
  /** Countries (ISO 3166-1 alpha-2) whose recognisers run, beside those for everywhere. */
  locales?: readonly string[] | undefined;
  /** Lowest score of a span. */
  minScore?: number | undefined;
  /** Whether words nearby raise a score; true where left out. */
  context?: boolean | undefined;
  /** Texts that are never a span, in any case. */
  allow?: readonly string[] | undefined;
  /** Texts that always are, as whole words in any case, by entity. */
  deny?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Keeps spans of different recognisers that overlap; those of one never do. */
  overlaps?: boolean | undefined;
};

/** A weak pattern (0.3 and less) needs a word nearby to reach it; a check digit or a plain format does without. */
export const DEFAULT_MIN_SCORE = 0.35;

const DEFAULTS: RecogniseOptions = {};

/** What a word nearby adds to a score, and the least that the score is then. */
const CONTEXT_BONUS = 0.35;
const CONTEXT_FLOOR = 0.4;

/**
 * Personal data in a text by patterns and check digits: no model, no names of people or places.
 *
 * Reads the text once for digits and runs most recognisers on the pieces around them only; work grows with the length
 * of the text, whatever it holds, and no text is too long.
 *
 * @returns spans in the order of the text, free of overlaps, offsets in UTF-16 code units
 */
export function recognise(text: string, options: RecogniseOptions = DEFAULTS): Span[] {
  const { active, minScore, allow, deny } = planOf(options);
  const spans: Span[] = deny === undefined ? [] : denied(text, deny);
  const windows = active.some(({ recogniser }) => recogniser.minDigits !== "any") ? findWindows(text) : [];
  for (const { recogniser, context } of active) {
    const { minDigits } = recogniser;
    const own: Span[] = [];
    const add = (piece: string, offset: number): void => {
      for (const { start, end, score } of recogniser.find(piece, options)) {
        const place = { start: start + offset, end: end + offset };
        const raised =
          options.context !== false && score < 1 && hasContext(text, place, context)
            ? Math.min(1, Math.max(CONTEXT_FLOOR, score + CONTEXT_BONUS))
            : score;
        if (raised < minScore || allow?.has(text.slice(place.start, place.end).toLowerCase()) === true) continue;
        own.push({ ...place, type: recogniser.entity, score: raised, by: recogniser.name });
      }
    };
    if (minDigits === "any") add(text, 0);
    else {
      for (const { start, end, digits } of windows) if (digits >= minDigits) add(text.slice(start, end), start);
    }
    spans.push(...(own.length > 1 ? withoutOverlaps(own) : own));
  }
  return options.overlaps === true
    ? spans.toSorted((a, b) => a.start - b.start || a.end - b.end)
    : withoutOverlaps(spans);
}

/** The recognisers that run under some options, in the order of the registry. */
export function activeRecognisers(options: RecogniseOptions = DEFAULTS): readonly Recogniser[] {
  const { entities, locales, recognisers } = options;
  return RECOGNISERS.filter(({ name, entity, isDefault, locales: own }) => {
    if (entities !== undefined || recognisers !== undefined) {
      return entities?.includes(entity) === true || recognisers?.includes(name) === true;
    }
    if (locales === undefined) return isDefault;
    return own.length === 0 ? isDefault : own.some((locale) => locales.includes(locale));
  });
}

type Plan = {
  active: { recogniser: Recogniser; context: ContextWords }[];
  minScore: number;
  allow: ReadonlySet<string> | undefined;
  deny: readonly { type: string; regex: RegExp }[] | undefined;
};

const plans = new WeakMap<RecogniseOptions, Plan>();

/** What options come to; worked out once for each object of options, as a dataset has many rows. */
function planOf(options: RecogniseOptions): Plan {
  const known = plans.get(options);
  if (known !== undefined) return known;
  const plan: Plan = {
    active: activeRecognisers(options).map((recogniser) => ({
      recogniser,
      context: contextWords(recogniser.context),
    })),
    minScore: options.minScore ?? DEFAULT_MIN_SCORE,
    allow: options.allow === undefined ? undefined : new Set(options.allow.map((text) => text.toLowerCase())),
    deny:
      options.deny === undefined
        ? undefined
        : Object.entries(options.deny).flatMap(([type, texts]) => {
            const words = texts.filter((text) => text.trim() !== "").toSorted((a, b) => b.length - a.length);
            if (words.length === 0) return [];
            const any = words.map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")).join("|");
            return [{ type, regex: new RegExp(`(?<![\\p{L}\\p{N}_])(?:${any})(?![\\p{L}\\p{N}_])`, "giu") }];
          }),
  };
  plans.set(options, plan);
  return plan;
}

function denied(text: string, lists: readonly { type: string; regex: RegExp }[]): Span[] {
  return lists.flatMap(({ type, regex }) =>
    [...text.matchAll(regex)].map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
      type,
      score: 1,
      by: "deny-list",
    })),
  );
}
