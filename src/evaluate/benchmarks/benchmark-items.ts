import { sha256 } from "../../base/hash.ts";
import type { BenchmarkScore } from "../../domain/benchmark.ts";
import { fieldValue, textOf } from "../set/eval-item.ts";

/** An item as passed to the harness. */
export type BenchmarkItem = {
  id: string;
  /** Question with the instructions of the benchmark. */
  question: string;
  /** Question as in the file, which training rows may contain. */
  original: string;
  answer: string;
};

/** Rules that turn rows into items. */
export type BenchmarkFields = { question: string; answer: string; score: BenchmarkScore };

const LETTERS = "ABCD";

/**
 * Converts a row to an item with its complete prompt.
 *
 * @returns the problem of the row, in words
 */
export function benchmarkItem(
  row: Readonly<Record<string, unknown>>,
  { index, question, answer, score }: BenchmarkFields & { index: number },
): BenchmarkItem | string {
  const asked = textOf(fieldValue(row, question));
  const right = fieldValue(row, answer);
  if (asked === undefined || asked.trim() === "") return `it has no ${question}`;
  if (right === undefined || right === null) return `it has no ${answer}`;
  const id = String(index);
  if (score === "choice") return choiceItem(row, { id, asked, right });
  const text = textOf(right)!;
  if (score === "exact") return { id, question: asked, original: asked, answer: text.trim() };
  const number = (text.split("####").at(-1) ?? "").replaceAll(/[,$\s]/g, "");
  if (!/^-?\d+(?:\.\d+)?$/.test(number)) return `its ${answer} is not a number`;
  return {
    id,
    question: `${asked}\n\nSolve it step by step, and end with the number alone on the last line.`,
    original: asked,
    answer: number,
  };
}

function choiceItem(
  row: Readonly<Record<string, unknown>>,
  { id, asked, right }: { id: string; asked: string; right: unknown },
): BenchmarkItem | string {
  const choices = choicesOf(row);
  if (choices === undefined) return "it does not have four choices";
  const letter = letterOf(right);
  if (letter === undefined) return "its answer is not one of A to D or 0 to 3";
  const listed = choices.map((choice, place) => `${LETTERS[place]}. ${choice}`);
  return {
    id,
    question: [asked, ...listed, "", "Answer with the letter of the right choice alone."].join("\n"),
    original: asked,
    answer: letter,
  };
}

/** The four choices of a row; undefined if it does not have four. */
function choicesOf(row: Readonly<Record<string, unknown>>): string[] | undefined {
  const choices = fieldValue(row, "choices");
  if (!Array.isArray(choices) || choices.length !== LETTERS.length) return undefined;
  return choices.map((choice) => textOf(choice) ?? "");
}

/** The letter of the right choice, given as a letter or as its place from 0. */
function letterOf(right: unknown): string | undefined {
  const letter = typeof right === "number" ? LETTERS[right] : (textOf(right) ?? "").trim().toUpperCase();
  return letter !== undefined && letter.length === 1 && LETTERS.includes(letter) ? letter : undefined;
}

/**
 * Hash of multiple-choice items, independent of their order and of the format of the file: of the question, the choices
 * and the letter of each, sorted.
 */
export function choiceItemsSha256(
  rows: readonly Readonly<Record<string, unknown>>[],
  { question, answer }: Pick<BenchmarkFields, "question" | "answer">,
): string {
  const items = rows.map((row) =>
    JSON.stringify([textOf(fieldValue(row, question)), choicesOf(row), letterOf(fieldValue(row, answer))]),
  );
  return sha256(items.toSorted().join("\n"));
}
