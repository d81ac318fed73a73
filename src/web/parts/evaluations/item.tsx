import type { ReactNode } from "react";

type Props = {
  summary: string;
  prompt: string;
  reference: string | null;
  answers: readonly { name: string; text: string }[];
};

/** An item: the question, the reference, and answers side by side; on a narrow screen, one above the other. */
export function Item({ summary, prompt, reference, answers }: Props): ReactNode {
  return (
    <details className="item">
      <summary>{summary}</summary>
      <h3>Asked</h3>
      <div className="answer">{prompt}</div>
      {reference === null ? null : (
        <>
          <h3>Reference</h3>
          <div className="answer">{reference}</div>
        </>
      )}
      <div className="both">
        {answers.map(({ name, text }) => (
          <div key={name}>
            <h3>{name}</h3>
            <div className="answer">{text}</div>
          </div>
        ))}
      </div>
    </details>
  );
}
