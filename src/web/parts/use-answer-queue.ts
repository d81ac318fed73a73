import { useEffect, useReducer, useState } from "react";

import { AnswerQueue } from "../answer-queue.ts";
import { sendOutgoing } from "../label-api.ts";

/** The answers of one account in one task on their way to the server; also sends those left by an earlier page. */
export function useAnswerQueue(account: string, task: string): AnswerQueue {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const [queue] = useState(
    () =>
      new AnswerQueue({
        owner: `${account}:${task}`,
        storage: window.localStorage,
        send: (outgoing) => sendOutgoing(task, outgoing),
        wait: (ms) =>
          new Promise((resolve) => {
            setTimeout(resolve, ms);
          }),
        onChange: redraw,
      }),
  );
  useEffect(() => {
    void queue.flush();
    const retry = (): void => void queue.flush();
    window.addEventListener("online", retry);
    return () => window.removeEventListener("online", retry);
  }, [queue]);
  return queue;
}
