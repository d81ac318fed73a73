import type { QualityOptions, QualityReason } from "../../domain/quality.ts";
import { boilerplate } from "./boilerplate.ts";
import { type TextParts, textParts } from "./code-blocks.ts";
import { codeProblem } from "./code-problem.ts";
import { cutOff } from "./cut-off.ts";
import { answerJsonProblem } from "./json-problem.ts";
import { emptyAnswer } from "./empty-answer.ts";
import { loop } from "./loop.ts";
import { otherLanguage } from "./other-language.ts";
import { pageResidue } from "./page-residue.ts";
import { placeholder } from "./placeholders.ts";
import { refusal } from "./refusal.ts";
import { type RepetitionLimits, repetition } from "./repetition.ts";
import type { RowTurns } from "./row-turns.ts";
import { templateMark } from "./template-marks.ts";
import type { Verdict } from "./verdict.ts";
import { wordNumbers } from "./word-runs.ts";

/** A rule over the turns of a row. */
type Rule = (turns: ReadTurns, options: RuleOptions) => Verdict<QualityReason> | undefined;

/** Parsed turns: each text is split once into its code and the rest. */
type ReadTurns = RowTurns & {
  partsOf: (text: string) => TextParts;
  /** All text before an answer, in lower case with straight quotes. */
  asked: string;
};

type RuleOptions = QualityOptions & { list?: WordList | undefined };

/** Finds listed words in a text. */
export type WordList = (text: string) => string | undefined;

/** Minimum characters of an answer for the repetition rule: in a shorter one, one repeated phrase is a large share. */
const REPETITION_CHARACTERS = 400;

/**
 * Limits for answers: two or three times those of Gopher, without its short runs of words, because answers quote their
 * question, list, count and calculate. A model caught in a loop far exceeds them.
 */
const REPETITION: RepetitionLimits = {
  lines: 0.6,
  paragraphs: 0.6,
  lineCharacters: 0.4,
  paragraphCharacters: 0.4,
  topRuns: [[4, 0.5]],
  topTimes: 2,
  repeatedRuns: [[10, 0.4]],
};

/** Minimum characters of an answer that should not occur twice in a dialogue. */
const ANSWER_AGAIN = 60;

/** Minimum letters of an instruction: "add", or one letter of a script in which a letter is a word. */
const INSTRUCTION_LETTERS = 3;

/** One character repeated consecutively at least this many times, except digits and marks of tables and rules. */
const LONG_RUN = /([^\s\d\-=_*#.~+|])\1{79}/u;

/** Text in a wrong encoding: UTF-8 read as Windows-1252, and the replacement character. */
const MOJIBAKE = /\ufffd|Ã[\u0080-\u00bf©¨¤¶¼±]|â€[™œ\u009d“”]|Â[\u00a0°»«]/;

/** Rows about such text. */
const OF_ENCODINGS = /encod|utf-?8|mojibake|latin-?1|unicode|cp-?1252|charset|codific|kodier/i;

/** Rules in order: the first that a row breaks is its reason. */
const RULES: readonly Rule[] = [
  ({ prompts, isPlain }) =>
    !isPlain && prompts.every(isBlank) ? { reason: "no-prompt", detail: "there is no prompt" } : undefined,
  ({ prompts }) => (prompts.some(isBlank) ? { reason: "no-prompt", detail: "a user message is blank" } : undefined),
  ({ answers }) => (answers.every(isBlank) ? { reason: "no-answer", detail: "there is no answer" } : undefined),
  ({ isAnswered }, { profile }) =>
    profile === "chat" && !isAnswered ? { reason: "no-answer", detail: "the last message is not answered" } : undefined,
  ({ prompts, isPlain }, { profile }) => {
    if (profile !== "instruct" || isPlain) return undefined;
    const letters = prompts.join("").match(/\p{L}/gu)?.length ?? 0;
    const isDense = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(prompts.join(""));
    return !isDense && letters < INSTRUCTION_LETTERS
      ? { reason: "too-short", detail: `an instruction of ${letters} letters` }
      : undefined;
  },
  ({ answers }, { minAnswerCharacters: fewest }) =>
    firstOf(answers, (answer) =>
      answer.trim().length < fewest
        ? { reason: "too-short", detail: `an answer of ${answer.trim().length} characters, limit ${fewest}` }
        : undefined,
    ),
  ({ answers, asked }) =>
    firstOf(answers, (answer) => {
      const found = emptyAnswer(answer, asked);
      return found === undefined
        ? undefined
        : { reason: "no-answer", detail: `the answer is only ${JSON.stringify(found)}` };
    }),
  ({ pieces }, { maxCharacters: most }) => {
    const characters = pieces.reduce((sum, piece) => sum + piece.length, 0);
    return characters > most ? { reason: "too-long", detail: `${characters} characters, limit ${most}` } : undefined;
  },
  ({ pieces, partsOf }) =>
    firstOf(pieces, (piece) => {
      const found = MOJIBAKE.exec(partsOf(piece).prose);
      return found === null || pieces.some((piece) => OF_ENCODINGS.test(piece))
        ? undefined
        : { reason: "mojibake", detail: `the text contains ${JSON.stringify(found[0])}` };
    }),
  ({ prompts, answers }) =>
    firstOf(answers, (answer, index) =>
      answer.length > 20 && answer.trim() === prompts[index]?.trim()
        ? { reason: "echo", detail: "the answer repeats the prompt" }
        : undefined,
    ),
  ({ pieces, answers, asked, partsOf }) =>
    firstOf(pieces, (piece) => {
      const mark = templateMark(partsOf(piece).prose, { asked, isAnswer: answers.includes(piece) });
      return mark === undefined ? undefined : { reason: "template-artefact", detail: `the text contains ${mark}` };
    }),
  ({ answers, asked, isPlain, partsOf }) =>
    firstOf(isPlain ? [] : answers, (answer) => {
      const found = pageResidue(partsOf(answer).prose, asked);
      return found === undefined
        ? undefined
        : { reason: "template-artefact", detail: `left over from a web page: ${found}` };
    }),
  ({ answers, asked }) =>
    firstOf(answers, (answer) => {
      const phrase = refusal(answer, asked);
      return phrase === undefined ? undefined : { reason: "refusal", detail: `the answer begins with "${phrase}"` };
    }),
  ({ answers, asked }) =>
    firstOf(answers, (answer) => {
      const phrase = boilerplate(answer, asked);
      return phrase === undefined ? undefined : { reason: "boilerplate", detail: `the answer says "${phrase}"` };
    }),
  ({ prompts, answers, partsOf }) =>
    // Text that the prompt also has was requested: a letter with its blanks, a template to be filled.
    firstOf(answers, (answer) => {
      const found = placeholder(partsOf(answer).prose, prompts);
      return found === undefined
        ? undefined
        : { reason: "placeholder", detail: `the text contains ${JSON.stringify(found)}` };
    }),
  ({ answers, asked, partsOf }) => firstOf(answers, (answer) => repeated(partsOf(answer).outside, asked)),
  ({ answers }, { profile }) => {
    const said = answers.map((answer) => answer.trim()).filter((answer) => answer.length >= ANSWER_AGAIN);
    const again = profile === "chat" ? firstRepeated(said) : undefined;
    return again === undefined
      ? undefined
      : { reason: "repetition", detail: `an answer is repeated: ${JSON.stringify(again.slice(0, 40))}` };
  },
  ({ prompts, answers, asked, partsOf }) => {
    const prompt = prompts.map((text) => partsOf(text).outside).join("\n");
    const found = otherLanguage({ prompt, all: asked }, answers.map((text) => partsOf(text).outside).join("\n"));
    return found && { reason: "other-language", detail: `the prompt is ${found.prompt}, the answer ${found.answer}` };
  },
  ({ callProblem }) => (callProblem === undefined ? undefined : { reason: "invalid-json", detail: callProblem }),
  ({ answers, asked }) => {
    if (!/\bjson\b/.test(asked)) return undefined;
    return firstOf(answers, (answer) => {
      const problem = answerJsonProblem(answer);
      return problem === undefined ? undefined : { reason: "invalid-json", detail: problem };
    });
  },
  ({ answers, partsOf, asked }) => worstOf(answers, (answer) => codeProblem(partsOf(answer), asked)),
  ({ answers, asked }) =>
    firstOf(answers, (answer) => {
      const end = cutOff(answer, asked);
      return end === undefined ? undefined : { reason: "cut-off", detail: `it ends with ${JSON.stringify(end)}` };
    }),
  ({ pieces }, { list }) =>
    firstOf(pieces, (piece) => {
      const word = list?.(piece);
      return word === undefined ? undefined : { reason: "listed-word", detail: `the text contains "${word}"` };
    }),
];

/** The reasons found by the rules for dialogues and instructions, in the order of the rules. */
export function turnVerdicts(turns: RowTurns, options: RuleOptions): Verdict<QualityReason>[] {
  const known = new Map<string, TextParts>();
  const partsOf = (text: string): TextParts => {
    const parts = known.get(text) ?? textParts(text);
    known.set(text, parts);
    return parts;
  };
  const answers = new Set(turns.answers);
  const asked = turns.pieces
    .filter((piece) => !answers.has(piece))
    .join("\n")
    .toLowerCase()
    .replaceAll("’", "'");
  const read = { ...turns, partsOf, asked };
  return RULES.flatMap((rule) => rule(read, options) ?? []);
}

/**
 * Placeholders of redaction, such as `<LOCATION>`: each represents a different value, so a list of them is not
 * repetition.
 */
const REDACTED = /<[A-Z]+(?:_[A-Z]+)*>/g;

function repeated(written: string, asked: string): Verdict<QualityReason> | undefined {
  const text = written.replace(REDACTED, (_placeholder, index: number) => `v${index}`);
  const run = LONG_RUN.exec(text);
  if (run !== null) return { reason: "repetition", detail: `"${run[1]}" is repeated 80 times` };
  const again = loop(text, asked);
  if (again !== undefined)
    return {
      reason: "repetition",
      detail: `${JSON.stringify(again.part.slice(0, 60))} is repeated ${again.times} times`,
    };
  const found =
    text.length < REPETITION_CHARACTERS ? undefined : repetition(text, REPETITION, wordNumbers(text.split(/\s+/)));
  return found && { reason: "repetition", detail: `${found.reason}: ${found.detail}` };
}

function firstOf(
  texts: readonly string[],
  judge: (text: string, index: number) => Verdict<QualityReason> | undefined,
): Verdict<QualityReason> | undefined {
  for (const [index, text] of texts.entries()) {
    const verdict = judge(text, index);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

/** The first verdict that is more than a note, or the first of all. */
function worstOf(
  texts: readonly string[],
  judge: (text: string) => Verdict<QualityReason> | undefined,
): Verdict<QualityReason> | undefined {
  const verdicts = texts.flatMap((text) => judge(text) ?? []);
  return verdicts.find(({ reason }) => reason !== "partial-code") ?? verdicts[0];
}

function firstRepeated(texts: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return texts.find((text) => seen.size === seen.add(text).size);
}

function isBlank(text: string): boolean {
  return text.trim() === "";
}
