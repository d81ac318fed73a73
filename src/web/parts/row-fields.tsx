import type { ReactNode } from "react";

/** The fields of a row as text, unchanged, each in its own writing direction. */
export function RowFields({ fields }: { fields: Readonly<Record<string, unknown>> }): ReactNode {
  const entries = Object.entries(fields);
  return (
    <dl className="row-fields">
      {entries.map(([name, value]) => (
        <div key={name} className="row-field">
          <dt className={entries.length === 1 ? "visually-hidden" : "soft small"}>{name}</dt>
          <dd>
            <Value value={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Value({ value }: { value: unknown }): ReactNode {
  const messages = messagesOf(value);
  if (messages !== undefined) {
    return (
      <ol className="messages">
        {messages.map(({ speaker, text }, index) => (
          <li key={`${index}-${speaker}`}>
            <span className="soft small">{speaker}</span>
            <p dir="auto" className="row-text">
              {text}
            </p>
          </li>
        ))}
      </ol>
    );
  }
  const isText = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  return (
    <p dir="auto" className="row-text">
      {isText ? String(value) : JSON.stringify(value, null, 2)}
    </p>
  );
}

/** Names of speakers in ShareGPT rows, in the words of other formats. */
const SPEAKERS: Readonly<Record<string, string>> = { human: "user", gpt: "assistant" };

/** The messages of a dialogue; undefined if the value is not one. */
function messagesOf(value: unknown): { speaker: string; text: string }[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const messages = value.flatMap((each: unknown) => {
    if (each === null || typeof each !== "object") return [];
    const { role, from, content, value: said } = each as Record<string, unknown>;
    const speaker = role ?? from;
    const text = content ?? said;
    if (typeof speaker !== "string" || typeof text !== "string") return [];
    return [{ speaker: SPEAKERS[speaker] ?? speaker, text }];
  });
  return messages.length === value.length ? messages : undefined;
}
