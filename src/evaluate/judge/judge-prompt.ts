import type { JudgePrompt } from "../../domain/evaluation-judge.ts";
import type { LlmMessage } from "../../llm/index.ts";

/** An answer to be judged. */
export type JudgedCase = {
  question: string;
  answer: string;
  /** The reference; pairwise: the other answer of the pair. */
  reference?: string | undefined;
};

/** Verdict of a judge on a case: a label of the prompt; undefined if there is none. */
export type CaseVerdict = { label: string | undefined; isFlipped: boolean };

/** Verdicts of a pair. */
const PAIR = ["A", "B", "tie"] as const;

/** Score of answer A from the verdict on a pair. */
const PAIR_SCORES: Readonly<Record<string, number>> = { A: 1, tie: 0.5, B: 0 };

const PLACE = /\{\{\s*(question|answer|answer_a|answer_b|reference|levels)\s*\}\}/g;

/** Verdicts requested by a prompt. */
export function verdictLabels({ mode, levels }: JudgePrompt): string[] {
  return mode === "pairwise" ? [...PAIR] : levels.map(({ label }) => label);
}

/** Default verdicts that count as true: levels of at least one half; A of a pair. */
export function positiveLabels({ mode, levels }: JudgePrompt): string[] {
  return mode === "pairwise" ? ["A"] : levels.filter(({ score }) => score >= 0.5).map(({ label }) => label);
}

/** Score of a verdict, 0 to 1; undefined for a label that the prompt does not define. */
export function labelScore({ mode, levels }: JudgePrompt, label: string): number | undefined {
  return mode === "pairwise" ? PAIR_SCORES[label] : levels.find((level) => level.label === label)?.score;
}

/** Fields that a prompt must contain but does not. */
export function missingPlaces({ mode, prompt }: Pick<JudgePrompt, "mode" | "prompt">): string[] {
  const named = new Set([...prompt.matchAll(PLACE)].map(([, name]) => name!));
  const wanted = {
    rubric: ["answer", "levels"],
    reference: ["answer", "reference", "levels"],
    pairwise: ["answer_a", "answer_b"],
  }[mode];
  return wanted.filter((name) => !named.has(name));
}

/** The conversations for judging a case: one, or for a pair two, the second with the answers swapped. */
export function casePrompts(prompt: JudgePrompt, { question, answer, reference = "" }: JudgedCase): LlmMessage[][] {
  const levels = prompt.levels.map(({ label, anchor }) => `[[${label}]]: ${anchor}`).join("\n");
  const turns = (fields: Readonly<Record<string, string>>): LlmMessage[] => [
    ...(prompt.system === undefined ? [] : [{ role: "system" as const, content: prompt.system }]),
    { role: "user", content: filled(prompt, fields) },
  ];
  if (prompt.mode !== "pairwise") return [turns({ question, answer, reference, levels })];
  return [
    turns({ question, answer_a: answer, answer_b: reference }),
    turns({ question, answer_a: reference, answer_b: answer }),
  ];
}

/** The template with its fields filled in, and instructions for writing the verdict if the template has none. */
function filled(prompt: JudgePrompt, fields: Readonly<Record<string, string>>): string {
  const text = prompt.prompt.replaceAll(PLACE, (_place, name: string) => fields[name] ?? "");
  if (prompt.prompt.includes("[[") || prompt.system?.includes("[[") === true) return text;
  const labels = verdictLabels(prompt).map((label) => `[[${label}]]`);
  return `${text}\n\nGive your reason in a sentence. Then end with your verdict in double square brackets, one of: ${labels.join(", ")}`;
}

/**
 * Parses the answers of a judge to the conversations of a case. A pair is a tie if the verdict changes with the order;
 * there is no verdict if one of the answers has none.
 */
export function readCaseVerdict(prompt: JudgePrompt, texts: readonly (string | undefined)[]): CaseVerdict {
  const labels = texts.map((text) => (text === undefined ? undefined : readLabel(prompt, text)));
  if (labels.includes(undefined) || labels.length === 0) return { label: undefined, isFlipped: false };
  const [first, second] = labels as string[];
  if (second === undefined) return { label: first, isFlipped: false };
  const turned = second === "A" ? "B" : second === "B" ? "A" : second;
  return turned === first ? { label: first, isFlipped: false } : { label: "tie", isFlipped: true };
}

/** The last verdict in a text: `[[good]]`, or `"verdict": "good"` of a JSON object. */
export function readLabel(prompt: JudgePrompt, text: string): string | undefined {
  const known = new Map(verdictLabels(prompt).map((label) => [label.toLowerCase(), label]));
  if (prompt.mode === "pairwise") known.set("c", "tie");
  const marks = [...text.matchAll(/\[\[\s*([^[\]]{1,40}?)\s*\]\]|"verdict"\s*:\s*"?\s*([^"{}[\],]{1,40}?)\s*["},]/gi)];
  const labels = marks.flatMap(([, bracket, field]) => known.get((bracket ?? field ?? "").toLowerCase()) ?? []);
  return labels.at(-1);
}

/**
 * The verdict of a panel from its available verdicts: for levels the median, or the lower of the two in the middle; for
 * a pair the majority, otherwise a tie.
 */
export function panelLabel(prompt: JudgePrompt, labels: readonly (string | undefined)[]): string | undefined {
  const given = labels.filter((label) => label !== undefined);
  if (given.length === 0) return undefined;
  if (prompt.mode === "pairwise") {
    return PAIR.find((label) => given.filter((one) => one === label).length > given.length / 2) ?? "tie";
  }
  const sorted = given.toSorted((a, b) => labelScore(prompt, a)! - labelScore(prompt, b)!);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
