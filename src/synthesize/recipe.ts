import type { RecipeName } from "../domain/synthesis.ts";

/** A part of an answer: a labelled line, or a field of a JSON object. */
export type AnswerPart = {
  /** In lower case; its label is the same word in capitals. */
  name: string;
  /** Description of the content, as given to the model. */
  says: string;
};

/**
 * A method of making rows, as data. `{{slot}}` in a text is replaced by a part of the answer or of the input:
 * `{{prompt}}`, `{{answer}}` (of an input row), `{{passage}}` (of a document), `{{examples}}` (input rows one after the
 * other), `{{style}}` (one of `styles`, drawn by the seed).
 */
export type Recipe = {
  name: RecipeName;
  /** Version, increased with every change of the prompts or of the generated rows. */
  version: number;
  /** Paper on which the recipe is based, and to what extent. */
  source: string;
  needs: "rows" | "documents";
  /** Number of inputs in a prompt. */
  shown: number;
  styles: readonly string[];
  system: string;
  ask: string;
  /** A single part is the complete answer. */
  parts: readonly AnswerPart[];
  /** The row that is made: a dialogue with one turn, or a preference pair. */
  makes:
    | { kind: "dialogue"; user: string; assistant: string }
    | { kind: "preference"; prompt: string; chosen: string; rejected: string };
  /**
   * The part of rows that is compared, and the part of other datasets' rows that it is compared with: a fixed part
   * would make all similar. `byWords`: by ROUGE-L as well.
   */
  compares: { text: string; with: "prompt" | "prompt-and-answer" | "none"; byWords?: true };
  /** Part that must occur verbatim in the passage. */
  quotes?: string;
  /** Question that must be understood without the passage, and the answer whose numbers the passage must have. */
  standsAlone?: { question: string; answer: string };
  /** Part that must keep all numbers and placeholders of a slot. */
  keeps?: { part: string; of: "prompt" };
  /** Part that must differ from a slot. */
  differs?: { part: string; from: "answer" };
  /**
   * Question and reference text for additional answers; none if additional answers contain no information about the
   * row.
   */
  askAgain?: { ask: string; part: string };
};
