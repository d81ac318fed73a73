import { sha256 } from "../../base/hash.ts";

/** Lines of JSON of which each contains the SHA-256 of the line before it. */
export type ChainCheck = {
  /** The lines that are JSON objects, as values. */
  values: Record<string, unknown>[];
  /** SHA-256 of the last line; null if there is none. */
  head: string | null;
  /** `previous` of the first line; null if it begins the chain. */
  begins: string | null;
  /** Lines that are not JSON: a process was killed while it wrote them. The line after one contains its hash. */
  incomplete: number;
  /** Problems, each with the number of its line; empty if the chain is intact. */
  problems: string[];
};

/** Values as lines that continue a chain, and the SHA-256 of the last one. */
export function chainedLines(
  values: readonly object[],
  previous: string | null,
): { lines: string; head: string | null } {
  let head = previous;
  let lines = "";
  for (const value of values) {
    const line = JSON.stringify({ ...value, previous: head });
    head = sha256(line);
    lines += `${line}\n`;
  }
  return { lines, head };
}

/** SHA-256 of the last line of a chain, as the next line has to name it; null for an empty text. */
export function chainHead(text: string): string | null {
  const whole = text.endsWith("\n") ? text.slice(0, -1) : text;
  return whole === "" ? null : sha256(whole.slice(whole.lastIndexOf("\n") + 1));
}

/**
 * Checks that each line names the SHA-256 of the line before, also after a line that a killed process left incomplete.
 */
export function checkChain(text: string): ChainCheck {
  const values: Record<string, unknown>[] = [];
  const problems: string[] = [];
  let incomplete = 0;
  let head: string | null = null;
  let begins: string | null = null;
  for (const [index, line] of text.split("\n").entries()) {
    if (line === "") continue;
    const value = parsed(line);
    if (value === undefined) incomplete += 1;
    else {
      values.push(value);
      const previous = value["previous"] ?? null;
      if (head === null && index === 0) begins = typeof previous === "string" ? previous : null;
      else if (previous !== head) problems.push(`line ${index + 1} does not follow the line before it`);
    }
    head = sha256(line);
  }
  return { values, head, begins, incomplete, problems };
}

/** True if a line of a chain has this SHA-256: a head that was kept elsewhere is that of a line. */
export function hasLine(text: string, hash: string): boolean {
  return text.split("\n").some((line) => line !== "" && sha256(line) === hash);
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return value !== null && typeof value === "object" ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
