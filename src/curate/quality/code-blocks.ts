import { Script } from "node:vm";

import type { Verdict } from "./verdict.ts";

/** A fenced block of code: the word after its fence, and what is in it. */
type CodeBlock = { tag: string; code: string };

/** Characters of the longest block that is parsed. */
const PARSED_MAX = 100_000;

/** Parts a Markdown text into its fenced blocks and what stands outside of them. Linear in the text. */
export function codeBlocks(text: string): { blocks: CodeBlock[]; outside: string; isOpen: boolean } {
  const blocks: CodeBlock[] = [];
  const outside: string[] = [];
  let open: { fence: string; tag: string; lines: string[] } | undefined;
  for (const line of text.split("\n")) {
    const [, fence, tag] = /^ {0,12}(`{3,20}|~{3,20})[ \t]{0,4}([^`\s]{0,40})/.exec(line) ?? [];
    if (open === undefined) {
      if (fence === undefined) outside.push(line);
      else open = { fence, tag: tag!.toLowerCase(), lines: [] };
    } else if (fence !== undefined && tag === "" && fence[0] === open.fence[0] && fence.length >= open.fence.length) {
      blocks.push({ tag: open.tag, code: open.lines.join("\n") });
      open = undefined;
    } else open.lines.push(line);
  }
  return { blocks, outside: outside.join("\n"), isOpen: open !== undefined };
}

/**
 * What is wrong with the code of an answer: a block that is never closed, JSON that does not parse, JavaScript that does
 * not compile. Other languages, modules and parts with an ellipsis are not judged. Nothing is run.
 */
export function codeProblem({
  blocks,
  isOpen,
}: Pick<ReturnType<typeof codeBlocks>, "blocks" | "isOpen">):
  | Verdict<"open-code-block" | "invalid-json" | "broken-code">
  | undefined {
  if (isOpen)
    return { reason: "open-code-block", detail: "a fence of code is never closed: the answer may be cut off" };
  for (const { tag, code } of blocks) {
    if (code.length > PARSED_MAX || code.trim() === "" || /\.\.\.|…|<[a-z_ ]{1,30}>/i.test(code)) continue;
    if (tag === "json") {
      const problem = jsonProblem(code);
      if (problem !== undefined) return { reason: "invalid-json", detail: problem };
    } else if (tag === "javascript" || tag === "js") {
      const problem = scriptProblem(code);
      if (problem !== undefined) return { reason: "broken-code", detail: problem };
    }
  }
  return undefined;
}

function jsonProblem(code: string): string | undefined {
  try {
    JSON.parse(code);
    return undefined;
  } catch {
    const lines = code.trim().split("\n");
    if (lines.length > 1 && lines.every((line) => line.trim() === "" || isJson(line))) return undefined; // JSON Lines
    return `a block of JSON is none: ${JSON.stringify(code.trim().slice(0, 60))}`;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function scriptProblem(code: string): string | undefined {
  if (/^\s{0,20}(?:import|export)\b|\bawait\b|^\s{0,20}</m.test(code)) return undefined; // a module, or JSX
  try {
    // oxlint-disable-next-line no-new -- compiles it and runs nothing
    new Script(code);
    return undefined;
  } catch (error) {
    return `a block of JavaScript does not compile: ${error instanceof Error ? error.message.slice(0, 80) : "unknown"}`;
  }
}
