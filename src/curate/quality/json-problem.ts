import { bracketProblem } from "./bracket-problem.ts";
import type { CodeProblem } from "./verdict.ts";

/** Reason why a JSON block is invalid; if comments are the only error, it is partial. JSON Lines are valid. */
export function jsonProblem(code: string): CodeProblem | undefined {
  if (isJson(code) || isJsonLines(code)) return undefined;
  const isPartial = isJson(withoutComments(code));
  return {
    isPartial,
    detail: `a JSON block ${isPartial ? "has comments" : "is not valid JSON"}: ${JSON.stringify(code.trim().slice(0, 60))}`,
  };
}

/**
 * Reason why an answer that should be JSON is invalid: it begins as an object or a list, and ends as one or is not
 * closed. Text after it is ignored.
 */
export function answerJsonProblem(answer: string): string | undefined {
  const text = answer.trim();
  if (!/^(?:\{|\[\s{0,20}["{[\d\]])/.test(text) || /\.\.\.|…/.test(text)) return undefined;
  if (isJson(text) || isJsonLines(text)) return undefined;
  const isOpen = bracketProblem(text, "json")?.isOpen === true;
  if (!isOpen && !/[\]}]$/.test(text)) return undefined;
  return `the answer should be JSON but is not: ${JSON.stringify(text.slice(0, 60))}`;
}

/** True for valid JSON. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isJsonLines(text: string): boolean {
  const lines = text.trim().split("\n");
  return lines.length > 1 && lines.every((line) => line.trim() === "" || isJson(line));
}

function withoutComments(code: string): string {
  return code
    .split("\n")
    .map((line) => line.replace(/^\s*(?:\/\/|#).*$|(?<=[\s,{[])\/\/[^"]*$/, ""))
    .join("\n")
    .replace(/\/\*[^*]{0,500}\*\//g, "");
}
