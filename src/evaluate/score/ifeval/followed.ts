import type { Instruction, InstructionRule, LanguageOf } from "./instruction.ts";
import { LAYOUT_RULES } from "./layout-rules.ts";
import { WORDING_RULES } from "./wording-rules.ts";

const RULES = new Map<string, InstructionRule>(Object.entries({ ...WORDING_RULES, ...LAYOUT_RULES }));

/** Names of the instructions that are known: the 25 of IFEval. */
export const INSTRUCTIONS: readonly string[] = [...RULES.keys()].toSorted();

/** True for the name of an instruction of IFEval, with or without the language before it: `en:punctuation:no_comma`. */
export function isKnownInstruction(id: string): boolean {
  return ruleOf(id) !== undefined;
}

function ruleOf(id: string): InstructionRule | undefined {
  return RULES.get(id.replace(/^en:/, ""));
}

/**
 * Whether an answer follows each instruction of an item. An empty answer follows none. Loose: if the answer follows it
 * without asterisks, its first line, its last line, or several of these.
 *
 * @returns true or false for each instruction; undefined for an unknown one
 * @source Zhou et al. 2023, "Instruction-following evaluation for large language models": the verifiable instructions
 * @accuracy of the 834 verdicts published for gpt-4o-mini (M-IFEval), 829 strict and 827 loose ones are equal; most of
 * the others depend on the language detector of the published program
 */
export function followed(
  answer: string,
  instructions: readonly Instruction[],
  { languageOf, isLoose = false }: { languageOf: LanguageOf; isLoose?: boolean },
): (boolean | undefined)[] {
  const texts = (isLoose ? looseTexts(answer) : [answer]).filter((text) => text.trim() !== "");
  return instructions.map(({ id, settings }) => {
    const rule = ruleOf(id);
    return rule === undefined ? undefined : texts.some((text) => rule(text, settings, languageOf));
  });
}

/** The answer unchanged, and with the text that models put around it removed. */
function looseTexts(answer: string): string[] {
  const lines = answer.split("\n");
  const cut = [lines, lines.slice(1), lines.slice(0, -1), lines.slice(1, -1)];
  const texts = cut.map((part, index) => (index === 0 ? answer : part.join("\n").trim()));
  return [...new Set([...texts, ...texts.map((text) => text.replaceAll("*", ""))])];
}
