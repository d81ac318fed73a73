/** A fenced block of code: the word after its fence, and its content. */
export type CodeBlock = { tag: string; code: string };

/** A Markdown text, split into parts. */
export type TextParts = {
  blocks: CodeBlock[];
  /** Text outside the blocks. */
  outside: string;
  /** The text without code between backticks. */
  prose: string;
  /** Whether the last block is not closed. */
  isOpen: boolean;
};

/** Splits a Markdown text into its fenced blocks and the text outside them. Linear time. */
export function textParts(text: string): TextParts {
  if (!text.includes("```") && !text.includes("~~~")) {
    return { blocks: [], outside: text, prose: withoutCode(text), isOpen: false };
  }
  const blocks: CodeBlock[] = [];
  const outside: string[] = [];
  let open: { fence: string; tag: string; lines: string[] } | undefined;
  for (const line of text.split("\n")) {
    // Backticks behind the fence close it on its own line: code inside a sentence.
    const [, fence, tag] = /^ {0,12}(`{3,20}|~{3,20})[ \t]{0,4}([^`\s]{0,40})(?![^`]{0,1000}`)/.exec(line) ?? [];
    if (open === undefined) {
      if (fence === undefined) outside.push(line);
      else open = { fence, tag: tag!.toLowerCase(), lines: [] };
    } else if (fence !== undefined && tag === "" && fence[0] === open.fence[0] && fence.length >= open.fence.length) {
      blocks.push({ tag: open.tag, code: open.lines.join("\n") });
      open = undefined;
    } else if (line.trimEnd().endsWith(open.fence) && !line.slice(0, -3).includes("```")) {
      // Closed behind the last line of code.
      blocks.push({ tag: open.tag, code: [...open.lines, line.trimEnd().slice(0, -open.fence.length)].join("\n") });
      open = undefined;
    } else open.lines.push(line);
  }
  const rest = outside.join("\n");
  return { blocks, outside: rest, prose: withoutCode(rest), isOpen: open !== undefined };
}

function withoutCode(text: string): string {
  return text.includes("`") ? text.replace(/`{1,3}[^`\n]{1,300}`{1,3}/g, " ") : text;
}
