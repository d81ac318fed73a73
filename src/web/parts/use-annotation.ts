import { type RefObject, useCallback, useRef, useState } from "react";

import type { LabelAnswer } from "../../domain/label-task.ts";
import type { LabelItem, LabelTaskView } from "../../domain/label-work.ts";
import type { AnswerQueue } from "../answer-queue.ts";
import { takeBack } from "../label-api.ts";
import { useActiveTime } from "./use-active-time.ts";
import { useAnswerQueue } from "./use-answer-queue.ts";
import { useItems } from "./use-items.ts";

/** Maximum number of answers that can be undone one after the other. */
const MOST_UNDO = 50;

/** An action on this page, for undo: its key, and the row as shown before. */
type Given = { key: string; item: LabelItem };

/** The work of an annotator: the current row, and the possible actions. */
export type Annotation = {
  queue: AnswerQueue;
  item: LabelItem | undefined;
  /** True once it is known whether there is a row. */
  isLoaded: boolean;
  error: Error | null;
  done: number;
  canUndo: boolean;
  /** The last action, for screen readers. */
  said: string;
  heading: RefObject<HTMLHeadingElement | null>;
  /** Answers the row, or skips it with a reason. */
  give: (answer: LabelAnswer | null, reason: string | null) => void;
  undo: () => Promise<void>;
};

/** Rows one after the other: answers go to the queue immediately, so that nobody waits for the server. */
export function useAnnotation(account: string, task: LabelTaskView): Annotation {
  const queue = useAnswerQueue(account, task.task);
  const { items, error, refill, setItems } = useItems(task.task, () => queue.waiting().map(({ body }) => body.item));
  const [given, setGiven] = useState<readonly Given[]>([]);
  const [said, setSaid] = useState("");
  const [undoError, setUndoError] = useState<Error | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const item = items?.[0];
  const active = useActiveTime(item?.item, task.idleSeconds);
  const finish = useCallback((words: string) => {
    setUndoError(null);
    setSaid(words);
    heading.current?.focus();
  }, []);
  const give = useCallback(
    (answer: LabelAnswer | null, reason: string | null) => {
      if (item === undefined) return;
      const key = crypto.randomUUID();
      const activeMs = active.current.elapsedMs();
      queue.add({ kind: "answers", body: { key, item: item.item, version: task.version, answer, reason, activeMs } });
      setGiven((before) => [...before.slice(1 - MOST_UNDO), { key, item }]);
      setItems((before) => before?.slice(1));
      finish(answer === null ? "Skipped" : "Answered");
      refill();
    },
    [item, task.version, active, queue, setItems, finish, refill],
  );
  const undo = useCallback(async () => {
    const last = given.at(-1);
    if (last === undefined) return;
    try {
      if (!queue.withdraw(last.key)) {
        await queue.flush();
        await takeBack(task.task, last.key);
        queue.done = Math.max(0, (queue.done ?? task.done) - 1);
      }
      setGiven((before) => before.slice(0, -1));
      setItems((before) => [last.item, ...(before ?? []).filter(({ item: no }) => no !== last.item.item)]);
      finish("Taken back");
    } catch (caught) {
      setUndoError(caught as Error);
    }
  }, [given, queue, task.task, task.done, setItems, finish]);
  return {
    queue,
    item,
    isLoaded: items !== undefined,
    error: undoError ?? (items === undefined ? error : null),
    done: (queue.done ?? task.done) + queue.waiting().length,
    canUndo: given.length > 0,
    said,
    heading,
    give,
    undo,
  };
}
