import type { EvaluationScorer } from "../../domain/evaluation-scorer.ts";
import { type EvalItem, fieldValue, textOf } from "../set/eval-item.ts";
import { sentenceBleu } from "./bleu.ts";
import { chosenLetter, referenceLetter } from "./choice.ts";
import { chrf } from "./chrf.ts";
import { scoreJson } from "./json-answer.ts";
import { lastNumber } from "./number-in.ts";
import { looksDeclined } from "./declined-answer.ts";
import { rouge } from "./rouge.ts";
import { normalised, wordF1 } from "./text-match.ts";
import { scoreToolCalls } from "./tool-calls.ts";
import { lastMatch, scored, UNPARSABLE, type Verdict } from "./verdict.ts";

/** An answer, and whether the endpoint itself reported that it declined. */
export type GivenAnswer = { text: string; isRefusal: boolean };

/** A scorer of an evaluation with the reference field resolved. */
export type ReadyScorer = EvaluationScorer & { label: string; reference?: string | undefined };

/** Kinds that need no reference answer. */
const WITHOUT_REFERENCE = ["regex", "refusal", "length", "code", "ifeval", "pass-at-k", "imported"] as const;

/** Scorers with their names and their reference fields. */
export function readyScorers(scorers: readonly EvaluationScorer[], reference: string | undefined): ReadyScorer[] {
  return scorers.map((scorer) => ({
    ...scorer,
    label: scorer.name ?? scorer.kind,
    ...(needsReference(scorer)
      ? { reference: ("reference" in scorer ? scorer.reference : undefined) ?? reference }
      : {}),
  }));
}

/** True for a scorer that needs a reference answer. */
export function needsReference(scorer: EvaluationScorer): boolean {
  if (scorer.kind === "judge") return scorer.reference !== undefined;
  if (scorer.kind === "json") return scorer.schema === undefined || scorer.reference !== undefined;
  return !WITHOUT_REFERENCE.some((kind) => kind === scorer.kind);
}

/** True for a scorer of right and wrong: an item without an answer counts as wrong. Other scorers skip it. */
export function isRightOrWrong(scorer: EvaluationScorer): boolean {
  if (scorer.kind === "length") return scorer.max !== undefined;
  if (scorer.kind === "similarity") return scorer.min !== undefined;
  if (scorer.kind === "imported") return scorer.rightOrWrong;
  return scorer.kind !== "refusal";
}

/** True if a higher score is a better one; of refusals and plain lengths the number does not say. */
export function isHigherBetter(scorer: EvaluationScorer): boolean {
  return scorer.kind !== "refusal" && (scorer.kind !== "length" || scorer.max !== undefined);
}

/** Scores one answer to one item. */
export function scoreAnswer(scorer: ReadyScorer, { text, isRefusal }: GivenAnswer, item: EvalItem): Verdict {
  switch (scorer.kind) {
    case "regex": {
      const isMatch = new RegExp(scorer.pattern, scorer.ignoreCase ? "iu" : "u").test(text);
      return scored(isMatch !== scorer.negate);
    }
    case "code":
    case "ifeval":
    case "pass-at-k":
    case "similarity":
    case "imported":
    case "judge":
      return { value: null, isUnparsable: false }; // see AnsweredItem.ran and passAtK
    case "refusal":
      return scored(isRefusal || looksDeclined(text));
    case "length": {
      const length =
        scorer.unit === "characters" ? Array.from(text).length : text.split(/\s+/).filter((word) => word !== "").length;
      return scored(scorer.max === undefined ? length : length <= scorer.max);
    }
    default: {
      const value = scorer.reference === undefined ? undefined : fieldValue(item.row, scorer.reference);
      return scoreAgainst(scorer, text, { value, item });
    }
  }
}

type Wanted = { value: unknown; item: EvalItem };

function scoreAgainst(
  scorer: Exclude<ReadyScorer, { kind: (typeof WITHOUT_REFERENCE)[number] | "similarity" | "judge" }>,
  text: string,
  { value, item }: Wanted,
): Verdict {
  if (scorer.kind === "json")
    return scoreJson(text, { reference: value, fields: scorer.fields, schema: scorer.schema });
  if (scorer.kind === "tool-calls") {
    return scoreToolCalls(text, { reference: value, withArguments: scorer.arguments, inOrder: scorer.inOrder });
  }
  if (scorer.kind === "choice") {
    const field = scorer.choices;
    const listed = typeof field === "string" ? fieldValue(item.row, field) : field;
    const choices = Array.isArray(listed)
      ? listed.map((element) => textOf(element) ?? "")
      : typeof listed === "number"
        ? listed
        : 4;
    const letter = chosenLetter(text, typeof choices === "number" ? choices : choices.length);
    const wanted = referenceLetter(value, choices);
    if (wanted === undefined) return { value: null, isUnparsable: false };
    return letter === undefined ? UNPARSABLE : scored(letter === wanted);
  }
  const said = "extract" in scorer && scorer.extract !== undefined ? lastMatch(text, scorer.extract) : text;
  if (said === undefined) return UNPARSABLE;
  const references = (Array.isArray(value) ? value : [value])
    .map((element) => textOf(element))
    .filter((part) => part !== undefined);
  if (scorer.kind === "bleu" || scorer.kind === "chrf") return scoreTranslation(scorer, said, references);
  // Several right answers: the best counts.
  const verdicts = references.map((reference) => scoreText(scorer, said, reference));
  const best = verdicts.toSorted((a, b) => (b.value ?? -1) - (a.value ?? -1))[0];
  return best ?? { value: null, isUnparsable: false };
}

/** BLEU takes all references together, chrF the best of them. */
function scoreTranslation(
  scorer: Extract<ReadyScorer, { kind: "bleu" | "chrf" }>,
  said: string,
  references: readonly string[],
): Verdict {
  if (references.length === 0) return { value: null, isUnparsable: false };
  return scored(
    scorer.kind === "bleu" ? sentenceBleu(said, references, scorer.tokeniser) : chrf(said, references, scorer.words),
  );
}

function scoreText(
  scorer: Exclude<
    ReadyScorer,
    {
      kind:
        | (typeof WITHOUT_REFERENCE)[number]
        | "similarity"
        | "judge"
        | "json"
        | "tool-calls"
        | "choice"
        | "bleu"
        | "chrf";
    }
  >,
  said: string,
  reference: string,
): Verdict {
  switch (scorer.kind) {
    case "exact":
      return scored(said.trim() === reference.trim());
    case "normalised":
      return scored(normalised(said) === normalised(reference));
    case "contains":
      return scored(` ${normalised(said)} `.includes(` ${normalised(reference)} `));
    case "numeric": {
      const [number, wanted] = [lastNumber(said), lastNumber(reference)];
      if (wanted === undefined) return { value: null, isUnparsable: false };
      if (number === undefined) return UNPARSABLE;
      const most = scorer.relative ? scorer.tolerance * Math.abs(wanted) : scorer.tolerance;
      return scored(Math.abs(number - wanted) <= most + 1e-9 * Math.abs(wanted));
    }
    case "f1":
      return scored(wordF1(said, reference));
    default:
      return scored(rouge(said, reference, scorer.type).f);
  }
}
