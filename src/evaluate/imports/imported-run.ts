/** Tools whose results are imported. */
export type ImportedTool = "lm-evaluation-harness" | "Inspect" | "promptfoo";

/** One answer as scored by another tool. */
export type ImportedAnswer = { text: string | null; error: string | null; scores: Record<string, number | null> };

/** An item as asked by another tool. */
export type ImportedItem = { id: string; prompt: string; reference: string | null; answers: ImportedAnswer[] };

/** A figure printed by the other tool. */
export type ReportedScore = { scorer: string; value: number; standardError: number | null };

/** One target on one task, as recorded by another tool. */
export type ImportedRun = {
  tool: ImportedTool;
  toolVersion: string | null;
  task: string;
  target: string;
  model: string | null;
  /** ISO time; null if it is not recorded. */
  finishedAt: string | null;
  reported: ReportedScore[];
  items: ImportedItem[];
  /** Reason why it is incomplete; null if it is complete. */
  stopped: string | null;
  /** Parameters that must be equal for two runs to be comparable: how answers were sampled. */
  settings: unknown;
  /** Version of the task and its method of making prompts. */
  template: unknown;
  usage: { inputTokens: number; outputTokens: number };
};

/** True if at least one answer of the run has a score. */
export function hasScores({ items }: ImportedRun): boolean {
  return items.some(({ answers }) => answers.some(({ scores }) => Object.keys(scores).length > 0));
}

/** An object in another tool's output; undefined if the value is not an object. */
export function recordIn(value: unknown): Record<string, unknown> | undefined {
  return value !== null && typeof value === "object" && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

/** The records of a list; none if it is not a list. */
export function recordsIn(value: unknown): Record<string, unknown>[] {
  const entries: readonly unknown[] = Array.isArray(value) ? value : [];
  return entries.map(recordIn).filter((entry) => entry !== undefined);
}

/** A non-empty text; null for anything else. */
export function wordIn(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** A number of 0 or more; 0 for anything else. */
export function countIn(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? Math.round(value) : 0;
}

/** A name in the form used for scores here: letters, digits, dots, underscores and dashes. */
export function plainName(text: string): string {
  const name = text
    .replaceAll(/[^\w.-]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 60);
  return name === "" ? "unnamed" : name;
}
