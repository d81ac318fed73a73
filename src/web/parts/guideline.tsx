import { Fragment, type ReactNode } from "react";

import type { LabelTaskView } from "../../domain/label-work.ts";
import { answerWords } from "./answer-words.ts";

/** The guideline next to the row, with its version. */
export function GuidePanel({ task }: { task: LabelTaskView }): ReactNode {
  return (
    <aside className="panel work-guide" aria-labelledby="guide-title" tabIndex={0}>
      <h2 id="guide-title">
        Guideline <span className="soft small">version {task.version}</span>
      </h2>
      <Guideline task={task} />
    </aside>
  );
}

/** The guideline of a task and its examples. Markdown becomes elements; its content is never interpreted as HTML. */
function Guideline({ task }: { task: LabelTaskView }): ReactNode {
  return (
    <div className="guideline">
      <Markdown text={task.guideline} />
      {task.examples.length === 0 ? null : (
        <>
          <h3>Examples</h3>
          <ul className="examples">
            {task.examples.map(({ text, answer, why }) => (
              <li key={text}>
                <p dir="auto" className="row-text">
                  {text}
                </p>
                <p>
                  <strong>{answerWords(answer)}</strong>
                  {why === undefined ? null : <span className="soft">: {why}</span>}
                </p>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

type Block =
  | { kind: "heading" | "paragraph" | "code"; text: string }
  | { kind: "list"; isNumbered: boolean; items: string[] };

/** The Markdown that guidelines use: headings, paragraphs, lists, code blocks; inline bold, italics and code. */
function Markdown({ text }: { text: string }): ReactNode {
  return blocksOf(text).map((block, index) => {
    const key = `${index}-${block.kind}`;
    switch (block.kind) {
      case "heading":
        return <h3 key={key}>{inline(block.text)}</h3>;
      case "code":
        return (
          <pre key={key} tabIndex={0}>
            {block.text}
          </pre>
        );
      case "list": {
        const items = block.items.map((item) => <li key={item}>{inline(item)}</li>);
        return block.isNumbered ? <ol key={key}>{items}</ol> : <ul key={key}>{items}</ul>;
      }
      default:
        return (
          <p key={key} dir="auto">
            {inline(block.text)}
          </p>
        );
    }
  });
}

function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let isCode = false;
  let isOpen = false; // whether the next line continues with the block before it
  for (const line of text.split("\n")) {
    const last = blocks.at(-1);
    if (line.startsWith("```")) {
      if (!isCode) blocks.push({ kind: "code", text: "" });
      isCode = !isCode;
      isOpen = false;
      continue;
    }
    if (isCode && last?.kind === "code") {
      last.text += last.text === "" ? line : `\n${line}`;
      continue;
    }
    const heading = /^#{1,6} +(.*)$/.exec(line)?.[1];
    const item = /^\s*(?:[-*+]|(\d+)[.)]) +(.*)$/.exec(line);
    if (line.trim() === "") isOpen = false;
    else if (heading !== undefined) {
      blocks.push({ kind: "heading", text: heading });
      isOpen = false;
    } else if (item !== null) {
      const isNumbered = item[1] !== undefined;
      if (last?.kind === "list" && last.isNumbered === isNumbered) last.items.push(item[2]!);
      else blocks.push({ kind: "list", isNumbered, items: [item[2]!] });
      isOpen = true;
    } else if (isOpen && last?.kind === "list") last.items[last.items.length - 1] += ` ${line.trim()}`;
    else if (isOpen && last?.kind === "paragraph") last.text += ` ${line.trim()}`;
    else {
      blocks.push({ kind: "paragraph", text: line.trim() });
      isOpen = true;
    }
  }
  return blocks;
}

/** Bold, italics and code of a line. */
function inline(text: string): ReactNode {
  return text.split(/(\*\*[^*]+\*\*|`[^`]+`|\*[^*\s][^*]*\*|_[^_\s][^_]*_(?!\w))/).map((part, index) => {
    const key = `${index}-${part.length}`;
    if (/^\*\*.+\*\*$/.test(part)) return <strong key={key}>{part.slice(2, -2)}</strong>;
    if (/^`.+`$/.test(part)) return <code key={key}>{part.slice(1, -1)}</code>;
    if (/^(\*.+\*|_.+_)$/.test(part)) return <em key={key}>{part.slice(1, -1)}</em>;
    return <Fragment key={key}>{part}</Fragment>;
  });
}
