import { referenceLetter } from "../score/choice.ts";
import { lastNumber } from "../score/number-in.ts";
import { callsOf } from "../score/tool-calls.ts";
import type { ReadyScorer } from "../score/score-answer.ts";
import { type EvalItem, fieldValue, textOf } from "./eval-item.ts";

/** Reason why a scorer cannot use the reference of an item, by scorer; empty if all can. */
export function referenceProblems(item: EvalItem, scorers: readonly ReadyScorer[]): string[] {
  return scorers.flatMap((scorer) => {
    const field = scorer.reference;
    if (field === undefined) return [];
    const value = fieldValue(item.row, field);
    const shown = `item ${JSON.stringify(item.id)}: the ${field} ${shorten(textOf(value) ?? "")}`;
    if (scorer.kind === "numeric") {
      const values = Array.isArray(value) ? value : [value];
      const isNumber = values.some((value) => lastNumber(textOf(value) ?? "") !== undefined);
      return isNumber ? [] : [`${shown} is not a number, which the scorer ${scorer.label} needs`];
    }
    if (scorer.kind === "tool-calls") {
      return callsOf(value) === undefined
        ? [`${shown} is not a list of tool calls with name and arguments, which the scorer ${scorer.label} needs`]
        : [];
    }
    if (scorer.kind === "choice") {
      const listed = typeof scorer.choices === "string" ? fieldValue(item.row, scorer.choices) : scorer.choices;
      const choices = Array.isArray(listed) ? listed.map((choice) => textOf(choice) ?? "") : listed;
      if (typeof choices !== "number" && !Array.isArray(choices)) {
        return [`item ${JSON.stringify(item.id)} has no list of choices in ${String(scorer.choices)}`];
      }
      return referenceLetter(value, choices) === undefined
        ? [`${shown} is not one of its choices, which the scorer ${scorer.label} needs`]
        : [];
    }
    return [];
  });
}

function shorten(text: string): string {
  return JSON.stringify(text.length <= 40 ? text : `${text.slice(0, 39)}…`);
}
