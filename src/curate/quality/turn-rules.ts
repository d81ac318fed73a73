import type { QualityOptions, QualityReason } from "../../domain/quality.ts";
import { codeBlocks, codeProblem } from "./code-blocks.ts";
import { areDifferent, language } from "./language.ts";
import { BOILERPLATE, REFUSALS, TEMPLATE_MARKS, TRANSLATION_CUES } from "./phrases.ts";
import { type RepetitionLimits, repetition } from "./repetition.ts";
import type { RowTurns } from "./row-turns.ts";
import type { Verdict } from "./verdict.ts";

/** A rule over the turns of a row. */
type Rule = (turns: ReadTurns, options: RuleOptions) => Verdict<QualityReason> | undefined;

/** Turns with a look at the code in them, once for each text. */
type ReadTurns = RowTurns & { blocksOf: (text: string) => ReturnType<typeof codeBlocks> };

type RuleOptions = QualityOptions & { list?: WordList | undefined };

/** Finds listed words in a text. */
export type WordList = (text: string) => string | undefined;

/** Characters at the start of an answer in which it refuses, if it does. */
const REFUSAL_CHARACTERS = 200;

/** Characters of an answer from which repetition is judged: below, one repeated phrase is a large share. */
const REPETITION_CHARACTERS = 400;

/**
 * Limits for answers: those of Gopher twice or three times as wide, and without its short runs of words. An answer quotes
 * its question, lists, counts and calculates; a model that is caught in a loop goes far beyond.
 */
const REPETITION: RepetitionLimits = {
  lines: 0.6,
  paragraphs: 0.6,
  lineCharacters: 0.4,
  paragraphCharacters: 0.4,
  topRuns: [[4, 0.32]],
  repeatedRuns: [[10, 0.3]],
};

/** Characters of an answer that should not stand twice in a dialogue. */
const ANSWER_AGAIN = 60;

/** Words of a prompt that asks for a conversation. */
const ASKS_FOR_SPEAKERS = /\b(?:conversation|dialog(?:ue)?|chat|interview|script|transcript|role-?play|screenplay)\b/i;

/** Letters of the shortest instruction: "add", or one letter of a script that says a word with it. */
const INSTRUCTION_LETTERS = 3;

/** One character so many times in a row, marks of tables and rules aside. */
const LONG_RUN = /([^\s\-=_*#.~+|])\1{79}/u;

/** Text of one encoding read as another: what UTF-8 looks like as Windows-1252, and the sign for what could not be read. */
const MOJIBAKE = /\ufffd|Ã[\u0080-\u00bf©¨¤¶¼±]|â€[™œ\u009d“”]|Â[ °»«]/;

/** What a template's author left for somebody to fill in. */
const PLACEHOLDERS =
  /\[(?:insert|enter|add|fill in|your|placeholder)\b[^\]\n]{0,60}\]|<(?:insert|your)[ _][^>\n]{0,60}>|\blorem ipsum\b|\{\{[^{}\n]{0,60}\}\}|\{%[^{}\n]{0,60}%\}|\bTODO:|\bXXX+\b/i;

/** A turn of somebody else inside an answer. */
const OTHER_SPEAKER = /^(?:Human|User|Assistant|AI|System):\s/m;

/** Rules in their order: the first that a row breaks is its reason. */
const RULES: readonly Rule[] = [
  ({ prompts, isPlain }) =>
    !isPlain && prompts.every(isBlank) ? { reason: "no-prompt", detail: "nothing is asked" } : undefined,
  ({ answers }) => (answers.every(isBlank) ? { reason: "no-answer", detail: "nothing is answered" } : undefined),
  ({ isAnswered }, { profile }) =>
    profile === "chat" && !isAnswered ? { reason: "no-answer", detail: "the last message is not answered" } : undefined,
  ({ prompts, isPlain }, { profile }) => {
    const letters = prompts.join("").match(/\p{L}/gu)?.length ?? 0;
    const isDense = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(prompts.join(""));
    return profile === "instruct" && !isPlain && !isDense && letters < INSTRUCTION_LETTERS
      ? { reason: "too-short", detail: `an instruction of ${letters} letters` }
      : undefined;
  },
  ({ answers }, { minAnswerCharacters: fewest }) =>
    firstOf(answers, (answer) =>
      answer.trim().length < fewest
        ? { reason: "too-short", detail: `an answer of ${answer.trim().length} characters, limit ${fewest}` }
        : undefined,
    ),
  ({ pieces }, { maxCharacters: most }) => {
    const characters = pieces.reduce((sum, piece) => sum + piece.length, 0);
    return characters > most ? { reason: "too-long", detail: `${characters} characters, limit ${most}` } : undefined;
  },
  ({ pieces }) => firstOf(pieces, (piece) => found("mojibake", MOJIBAKE.exec(piece))),
  ({ prompts, answers }) =>
    firstOf(answers, (answer, index) =>
      answer.length > 20 && answer.trim() === prompts[index]?.trim()
        ? { reason: "echo", detail: "the answer is the prompt" }
        : undefined,
    ),
  ({ pieces, prompts, answers, blocksOf }) =>
    firstOf(pieces, (piece) => {
      const { outside } = blocksOf(piece);
      const lower = outside.toLowerCase();
      const mark = TEMPLATE_MARKS.find((each) => lower.includes(each)) ?? /<\/?s>\s*$/.exec(outside)?.[0].trim();
      if (mark !== undefined) return { reason: "template-artefact", detail: `the text holds ${mark}` };
      if (!answers.includes(piece) || prompts.some((prompt) => ASKS_FOR_SPEAKERS.test(prompt))) return undefined;
      return found("template-artefact", OTHER_SPEAKER.exec(outside));
    }),
  ({ answers }) =>
    firstOf(answers, (answer) => {
      const start = plain(answer.slice(0, REFUSAL_CHARACTERS));
      const phrase = REFUSALS.find((each) => start.includes(each));
      return phrase === undefined ? undefined : { reason: "refusal", detail: `the answer begins with "${phrase}"` };
    }),
  ({ answers }) =>
    firstOf(answers, (answer) => {
      const lower = plain(answer);
      const phrase = BOILERPLATE.find((each) => lower.includes(each));
      return phrase === undefined ? undefined : { reason: "boilerplate", detail: `the answer says "${phrase}"` };
    }),
  ({ prompts, answers, blocksOf }) =>
    // What the prompt has as well was asked for: a letter with its blanks, a template to be filled.
    firstOf(answers, (answer) => {
      const match = PLACEHOLDERS.exec(blocksOf(answer).outside);
      return match !== null && prompts.some((prompt) => prompt.includes(match[0]))
        ? undefined
        : found("placeholder", match);
    }),
  ({ answers, blocksOf }) =>
    firstOf(answers, (answer) => {
      const { outside } = blocksOf(answer);
      const run = LONG_RUN.exec(outside);
      if (run !== null) return { reason: "repetition", detail: `"${run[1]}" stands 80 times in a row` };
      if (outside.length < REPETITION_CHARACTERS) return undefined;
      const repeated = repetition(outside, REPETITION);
      return repeated === undefined
        ? undefined
        : { reason: "repetition", detail: `${repeated.reason}: ${repeated.detail}` };
    }),
  ({ answers }, { profile }) => {
    const said = answers.map((answer) => answer.trim()).filter((answer) => answer.length >= ANSWER_AGAIN);
    const again = profile === "chat" ? firstRepeated(said) : undefined;
    return again === undefined
      ? undefined
      : { reason: "repetition", detail: `an answer stands twice: ${JSON.stringify(again.slice(0, 40))}` };
  },
  otherLanguage,
  ({ answers, blocksOf }) => firstOf(answers, (answer) => codeProblem(blocksOf(answer))),
  ({ pieces }, { list }) =>
    firstOf(pieces, (piece) => {
      const word = list?.(piece);
      return word === undefined ? undefined : { reason: "listed-word", detail: `the text holds "${word}"` };
    }),
];

/** The reasons of a row that rules of a dialogue or an instruction find, in the order of the rules. */
export function turnVerdicts(turns: RowTurns, options: RuleOptions): Verdict<QualityReason>[] {
  const known = new Map<string, ReturnType<typeof codeBlocks>>();
  const blocksOf = (text: string): ReturnType<typeof codeBlocks> => {
    const blocks = known.get(text) ?? codeBlocks(text);
    known.set(text, blocks);
    return blocks;
  };
  return RULES.flatMap((rule) => rule({ ...turns, blocksOf }, options) ?? []);
}

/** An answer in another language than its prompt, where the prompt does not ask for one. */
function otherLanguage({ prompts, answers, blocksOf }: ReadTurns): Verdict<QualityReason> | undefined {
  const asked = plain(prompts.join("\n"));
  if (TRANSLATION_CUES.some((cue) => asked.includes(cue))) return undefined;
  const textOutside = (texts: readonly string[]): string => texts.map((text) => blocksOf(text).outside).join("\n");
  const prompt = language(textOutside(prompts));
  const answer = language(textOutside(answers));
  if (prompt === undefined || answer === undefined || !areDifferent(prompt, answer)) return undefined;
  return { reason: "other-language", detail: `the prompt is ${prompt}, the answer ${answer}` };
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

function found(reason: QualityReason, match: RegExpExecArray | null): Verdict<QualityReason> | undefined {
  return match === null ? undefined : { reason, detail: `the text holds ${JSON.stringify(match[0].trim())}` };
}

function firstRepeated(texts: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return texts.find((text) => seen.size === seen.add(text).size);
}

function isBlank(text: string): boolean {
  return text.trim() === "";
}

/** Small letters with straight quotes. */
function plain(text: string): string {
  return text.toLowerCase().replaceAll("’", "'");
}
