import { fnv1a } from "../../base/hash.ts";
import type { RowFields } from "../../domain/dataset-profile.ts";
import { isAnswerRole } from "../rows/messages.ts";
import { rowText, type TrainedText } from "../rows/row-text.ts";

/** The compared part of a row: one text, or a prompt and an answer. */
export type RowParts = {
  /** Values that judge or weigh the row. Rows with the same text but other marks are different rows. Empty if it has none. */
  marks: string;
} & (
  | { text: string }
  | {
      prompt: string;
      answer: string;
      /** Label, rating and images, which must be equal in addition to the texts. Empty if the row has none of them. */
      label: string;
      /**
       * False if a prompt can have several answers: in preference pairs, and if answers are rated good or bad or by a
       * number.
       */
      hasOneAnswer: boolean;
      /** The answers of a preference pair, the chosen one first. */
      pair?: readonly [chosen: string, rejected: string] | undefined;
    }
);

/**
 * The compared part of a row: a named field that contains a string; otherwise the prompt and answer of a row that
 * trains an answer; otherwise the text for the model, its pieces joined by line breaks. Undefined if the row has no
 * text.
 */
export function rowParts(fields: Readonly<Record<string, unknown>>, named?: RowFields): RowParts | undefined {
  const own = named?.text === undefined ? undefined : fields[named.text];
  if (typeof own === "string") return { text: own, marks: "" };
  const text = rowText(fields, named);
  if (text.problem !== undefined) return undefined;
  const answers = answersOf(text);
  const isPair = text.format === "preference";
  const images = valuesOf(fields, IMAGES);
  if (!answers.includes(true) || !(isPair || answers.includes(false))) {
    const marks = [...valuesOf(fields, [...VERDICTS, ...MARKS]), ...turnWeights(fields)];
    return { text: [...text.pieces, ...images.map(shortImage)].join("\n"), marks: marks.join(", ") };
  }
  const part = (isAnswer: boolean): string =>
    text.pieces.filter((_piece, index) => answers[index] === isAnswer).join("\n");
  // A class that is the answer itself is compared as such.
  const verdicts = valuesOf(
    fields,
    VERDICTS.filter((name) => name !== text.answer?.field),
  );
  return {
    marks: [...valuesOf(fields, MARKS), ...turnWeights(fields)].join(", "),
    prompt: [part(false), ...images.map(shortImage)].join("\n"),
    answer: part(true),
    label: [...verdicts, ...images].join(", "),
    hasOneAnswer: !isPair && typeof fields["label"] !== "boolean" && typeof fields["rating"] !== "number",
    ...(isPair && { pair: [text.pieces.at(-2)!, text.pieces.at(-1)!] as const }),
  };
}

/** Fields that judge an answer: two rows that differ in one of them contradict each other. */
const VERDICTS = ["label", "rating"];

/**
 * Fields that score or weigh a row. Similar texts have similar scores, often computed ones, so these are compared only
 * between rows with the same text.
 */
const MARKS = ["score", "reward", "weight", "loss_weight"];

/** Fields of a message that decide whether it is trained on, and how much. */
const TURN_WEIGHTS = ["weight", "train", "loss", "loss_weight"];

/** The weights of the messages of a row, as one text; none if no message has any. */
function turnWeights(fields: Readonly<Record<string, unknown>>): string[] {
  const turns = fields["messages"] ?? fields["conversations"];
  if (!Array.isArray(turns)) return [];
  const weights = turns.map((turn: unknown) =>
    turn === null || typeof turn !== "object" ? "" : valuesOf({ ...turn }, TURN_WEIGHTS).join(" "),
  );
  return weights.some((weight) => weight !== "") ? [weights.join("/")] : [];
}

/** Fields with images that belong to the prompt: paths, addresses or contents. */
const IMAGES = ["image", "images"];

/** Values of some fields as text, without those that are missing or null. */
function valuesOf(fields: Readonly<Record<string, unknown>>, names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const value = fields[name] ?? undefined;
    if (value === undefined) return [];
    return [typeof value === "string" ? value : JSON.stringify(value, integerAsText)];
  });
}

/** An image as part of a prompt: its path or address, or the hash of its contents. */
function shortImage(image: string): string {
  return image.length <= 200 ? image : `image ${fnv1a(image)}`;
}

function integerAsText(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

/** True for each piece that is an answer. */
function answersOf({ format, pieces, roles, answer }: TrainedText): boolean[] {
  if (format === "chat" || format === "sharegpt") return roles.split(",").map(isAnswerRole);
  if (format === "preference") return pieces.map((_piece, index) => index >= pieces.length - 2);
  return pieces.map((_piece, index) => answer !== undefined && index === pieces.length - 1);
}
