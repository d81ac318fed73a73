import type { ReactNode } from "react";

import type { AnswerQueue } from "../answer-queue.ts";

/** Number of completed rows, answers that wait for the server, and those that it rejected. */
export function QueueState({ queue, done }: { queue: AnswerQueue; done: number }): ReactNode {
  const waiting = queue.waiting().length;
  return (
    <div className="queue-state">
      <span className="soft small">{done} done</span>
      {queue.isSignedOut ? <span className="state warn">signed out: open your link again</span> : null}
      {!queue.isSignedOut && waiting > 0 && !queue.isConnected ? (
        <span className="state warn" role="status">
          server not reached; {waiting} kept in this browser
        </span>
      ) : null}
      {queue.refused.map(({ outgoing, message }) => (
        <span className="state bad" role="alert" key={outgoing.body.key}>
          not taken: {message}
        </span>
      ))}
    </div>
  );
}
