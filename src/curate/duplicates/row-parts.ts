import type { RowFields } from "../../domain/dataset-profile.ts";
import { isAnswerRole } from "../rows/messages.ts";
import { rowText, type TrainedText } from "../rows/row-text.ts";

/** The compared part of a row: one text, or prompt and answer. */
export type RowParts =
  | { text: string }
  | {
      prompt: string;
      answer: string;
      /** A label that must be equal in addition to the texts: true or false. */
      label: string;
      /** False if a prompt can have several answers: preference pairs, answers rated good or bad. */
      hasOneAnswer: boolean;
      /** The answers of a preference pair, the chosen one first. */
      pair?: readonly [chosen: string, rejected: string] | undefined;
    };

/**
 * The compared part of a row: a named field that contains a string; else prompt and answer of a row that trains an
 * answer; else the text for the model, its pieces joined by line breaks. Undefined if it has no text.
 */
export function rowParts(fields: Readonly<Record<string, unknown>>, named?: RowFields): RowParts | undefined {
  const own = named?.text === undefined ? undefined : fields[named.text];
  if (typeof own === "string") return { text: own };
  const text = rowText(fields, named);
  if (text.problem !== undefined) return undefined;
  const answers = answersOf(text);
  const isPair = text.format === "preference";
  if (!answers.includes(true) || !(isPair || answers.includes(false))) return { text: text.pieces.join("\n") };
  const part = (isAnswer: boolean): string =>
    text.pieces.filter((_piece, index) => answers[index] === isAnswer).join("\n");
  const { label } = fields;
  return {
    prompt: part(false),
    answer: part(true),
    label: typeof label === "boolean" ? String(label) : "",
    hasOneAnswer: !isPair && typeof label !== "boolean",
    ...(isPair && { pair: [text.pieces.at(-2)!, text.pieces.at(-1)!] as const }),
  };
}

/** True for each piece that is an answer. */
function answersOf({ format, pieces, roles, answer }: TrainedText): boolean[] {
  if (format === "chat" || format === "sharegpt") return roles.split(",").map(isAnswerRole);
  if (format === "preference") return pieces.map((_piece, index) => index >= pieces.length - 2);
  return pieces.map((_piece, index) => answer !== undefined && index === pieces.length - 1);
}
