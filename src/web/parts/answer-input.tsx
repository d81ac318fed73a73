import { type ReactNode, type RefObject, useLayoutEffect, useMemo, useState } from "react";

import type { AnswerSchema, LabelAnswer } from "../../domain/label-task.ts";
import { choicesOf } from "./answer-words.ts";

/** True if a key belongs to a text field or to the browser. */
function isTyping(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement;
  return event.ctrlKey || event.metaKey || event.altKey || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

/** Calls the action of a key that is pressed anywhere on the page except in a text field. */
export function useKeys(keys: Readonly<Record<string, () => void>>): void {
  // Before the row is painted: a key that is pressed as soon as a row is seen must not answer the one before it.
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (isTyping(event) || event.repeat) return;
      const action = keys[event.key.toLowerCase()];
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [keys]);
}

/**
 * The answer to a row: buttons with their keys, or a text. A single choice is submitted immediately; several labels and
 * texts are sent with Enter, texts with Ctrl and Enter.
 *
 * @param start initial text: the model's answer to be corrected
 * @param marked suggestion of a model, marked as such and never preselected
 */
export function AnswerInput({
  schema,
  start = "",
  marked = null,
  textRef,
  onAnswer,
}: {
  schema: AnswerSchema;
  start?: string;
  marked?: LabelAnswer | null;
  textRef?: RefObject<HTMLTextAreaElement | null>;
  onAnswer: (answer: LabelAnswer) => void;
}): ReactNode {
  if (schema.type === "text" || schema.type === "correction") {
    return <TextAnswer start={start} most={schema.maxCharacters} textRef={textRef} onAnswer={onAnswer} />;
  }
  return <ChoiceAnswer schema={schema} marked={marked} onAnswer={onAnswer} />;
}

function ChoiceAnswer({
  schema,
  marked,
  onAnswer,
}: {
  schema: AnswerSchema;
  marked: LabelAnswer | null;
  onAnswer: (answer: LabelAnswer) => void;
}): ReactNode {
  const choices = useMemo(() => choicesOf(schema), [schema]);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const isMany = schema.type === "classes";
  const { min, max } = isMany ? { min: schema.min, max: schema.max ?? schema.labels.length } : { min: 1, max: 1 };
  const isReady = chosen.length >= min && chosen.length <= max;
  const keys = useMemo((): Record<string, () => void> => {
    const choose = (value: string | number): void => {
      if (!isMany) onAnswer(value);
      else {
        const label = String(value);
        setChosen((now) => (now.includes(label) ? now.filter((other) => other !== label) : [...now, label]));
      }
    };
    return {
      ...Object.fromEntries(choices.map(({ key, value }) => [key, () => choose(value)])),
      ...(isMany && isReady ? { enter: () => onAnswer([...chosen]) } : {}),
    };
  }, [choices, isMany, isReady, chosen, onAnswer]);
  useKeys(keys);
  const suggested = new Set(Array.isArray(marked) ? marked : [marked]);
  return (
    <div className="choices" role="group" aria-label="Answer">
      {choices.map(({ key, value, words }) => (
        <button
          key={value}
          type="button"
          className="choice"
          aria-keyshortcuts={key}
          {...(isMany ? { "aria-pressed": chosen.includes(String(value)) } : {})}
          onClick={() => keys[key]?.()}
        >
          {key === "" ? null : <kbd aria-hidden="true">{key}</kbd>}
          <span dir="auto">{words}</span>
          {suggested.has(value as string) ? <span className="state">suggested</span> : null}
        </button>
      ))}
      {isMany ? (
        <button
          type="button"
          className="button primary"
          disabled={!isReady}
          aria-keyshortcuts="Enter"
          onClick={() => onAnswer([...chosen])}
        >
          Answer <kbd aria-hidden="true">Enter</kbd>
        </button>
      ) : null}
    </div>
  );
}

function TextAnswer({
  start,
  most,
  textRef,
  onAnswer,
}: {
  start: string;
  most: number;
  textRef: RefObject<HTMLTextAreaElement | null> | undefined;
  onAnswer: (answer: LabelAnswer) => void;
}): ReactNode {
  const [text, setText] = useState(start);
  const isReady = text.trim() !== "" && text.length <= most;
  return (
    <div className="text-answer">
      <label className="visually-hidden" htmlFor="answer-text">
        Answer
      </label>
      <textarea
        id="answer-text"
        ref={textRef}
        dir="auto"
        rows={6}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && isReady) {
            event.preventDefault();
            onAnswer(text.trim());
          }
        }}
      />
      <button
        type="button"
        className="button primary"
        disabled={!isReady}
        aria-keyshortcuts="Control+Enter"
        onClick={() => onAnswer(text.trim())}
      >
        Answer <kbd aria-hidden="true">Ctrl Enter</kbd>
      </button>
    </div>
  );
}
