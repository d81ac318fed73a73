import { boundedPattern, patternProblem } from "../../../base/bounded-pattern.ts";
import { Failure } from "../../../base/failure.ts";
import type { CustomRecogniser } from "../../../domain/redact.ts";
import { compact, mod97, passesLuhn, passesMod11_10, passesVerhoeff } from "./checksums.ts";
import { patternRecogniser, type Recogniser } from "./recogniser.ts";

/** Score of a match on its own, and of one that requires a word nearby. */
const SCORE = 0.5;
const SCORE_WITH_CONTEXT = 0.05;

const CHECKS: Readonly<Record<NonNullable<CustomRecogniser["checksum"]>, (digits: string) => boolean>> = {
  luhn: (digits) => /^\d{2,}$/.test(digits) && passesLuhn(digits),
  mod97: (text) => /^[A-Z\d]{3,}$/i.test(text) && mod97(text.toUpperCase()) === 1,
  "mod11-10": (digits) => /^\d{2,}$/.test(digits) && passesMod11_10(digits),
  verhoeff: (digits) => /^\d{2,}$/.test(digits) && passesVerhoeff(digits),
};

/**
 * Creates the recognisers that a programme defines.
 *
 * @throws Failure bad_input for a pattern that is not a regular expression, matches the empty text, or may take too
 * long
 */
export function customRecognisers(specs: readonly CustomRecogniser[]): Recogniser[] {
  return specs.map((spec, index): Recogniser => {
    const { entity, context = [], checksum } = spec;
    const check = checksum === undefined ? undefined : CHECKS[checksum];
    return patternRecogniser({
      name: `custom-${index + 1}-${entity.toLowerCase().replaceAll("_", "-")}`,
      entity,
      locales: [],
      isDefault: true,
      needs: "text",
      context,
      patterns: [[compiled(spec, index), spec.score ?? (context.length > 0 ? SCORE_WITH_CONTEXT : SCORE)]],
      // A check of letters and digits alone: separators are no part of a number.
      validate: check === undefined ? undefined : (text) => check(compact(text)),
      source: "the programme",
    });
  });
}

function compiled({ pattern, entity, caseSensitive }: CustomRecogniser, index: number): RegExp {
  const problem = patternProblem(pattern);
  if (problem !== undefined) {
    const { text, hint } = problem;
    throw new Failure("bad_input", `recognisers.${index}.pattern (${entity}): ${JSON.stringify(pattern)}: ${text}`, {
      hint,
    });
  }
  return new RegExp(boundedPattern(pattern)!.source, caseSensitive === true ? "u" : "iu");
}
