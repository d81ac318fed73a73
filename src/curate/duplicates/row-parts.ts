import type { RowFields } from "../../domain/dataset-profile.ts";
import { isAnswerRole } from "../rows/messages.ts";
import { rowText, type TrainedText } from "../rows/row-text.ts";

/** What of a row is compared: one text, or what is asked and what is learnt to be said. */
export type RowParts =
  | { text: string }
  | {
      prompt: string;
      answer: string;
      /** What must be equal in addition to the texts: a label of true or false. */
      label: string;
      /** False if one prompt may well have several answers: preference pairs, answers marked good or bad. */
      hasOneAnswer: boolean;
    };

/**
 * What of a row is compared: a named field that holds a string; else, of a row that trains an answer, prompt and
 * answer; else what goes through a model, its pieces in lines. Undefined if it has no text.
 */
export function rowParts(fields: Readonly<Record<string, unknown>>, named?: RowFields): RowParts | undefined {
  const own = named?.text === undefined ? undefined : fields[named.text];
  if (typeof own === "string") return { text: own };
  const text = rowText(fields, named);
  if (text.problem !== undefined) return undefined;
  const answers = answersOf(text);
  if (!answers.includes(true) || !answers.includes(false)) return { text: text.pieces.join("\n") };
  const part = (isAnswer: boolean): string =>
    text.pieces.filter((_piece, index) => answers[index] === isAnswer).join("\n");
  const { label } = fields;
  return {
    prompt: part(false),
    answer: part(true),
    label: typeof label === "boolean" ? String(label) : "",
    hasOneAnswer: text.format !== "preference" && typeof label !== "boolean",
  };
}

/** Which pieces are answers. */
function answersOf({ format, pieces, roles, answer }: TrainedText): boolean[] {
  if (format === "chat" || format === "sharegpt") return roles.split(",").map(isAnswerRole);
  if (format === "preference") return pieces.map((_piece, index) => index >= pieces.length - 2);
  return pieces.map((_piece, index) => answer !== undefined && index === pieces.length - 1);
}
