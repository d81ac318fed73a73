import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";

import type { LabelAnswer } from "../../domain/label-task.ts";
import type { LabelItem, LabelTaskView } from "../../domain/label-work.ts";
import { ApiError } from "../api.ts";
import { takeBack, takeItems } from "../label-api.ts";
import { AnswerInput, useKeys } from "./answer-input.tsx";
import { Empty } from "./empty.tsx";
import { Guideline } from "./guideline.tsx";
import { Problem } from "./problem.tsx";
import { QueueState } from "./queue-state.tsx";
import { RowFields } from "./row-fields.tsx";
import { Skip } from "./skip.tsx";
import { useActiveTime } from "./use-active-time.ts";
import { useAnswerQueue } from "./use-answer-queue.ts";

/** Rows that are kept for this page, so that work goes on while the server restarts. */
const AHEAD = 8;

/** How often it is asked whether there are rows again, ms. */
const ASK_AGAIN_MS = 10_000;

/** What was done on this page, for undo: its key, and the row as it was shown. */
type Given = { key: string; item: LabelItem };

/** Rows one after the other: row and answer left, guideline right. */
export function Annotate({ account, task }: { account: string; task: LabelTaskView }): ReactNode {
  const queue = useAnswerQueue(account, task.task);
  const { items, error, refill, setItems } = useItems(task.task, () => queue.waiting().map(({ body }) => body.item));
  const [given, setGiven] = useState<readonly Given[]>([]);
  const [said, setSaid] = useState("");
  const [undoError, setUndoError] = useState<Error | null>(null);
  const [isSkipping, setSkipping] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const item = items?.[0];
  const active = useActiveTime(item?.item, task.idleSeconds);

  const give = useCallback(
    (answer: LabelAnswer | null, reason: string | null) => {
      if (item === undefined) return;
      const key = crypto.randomUUID();
      const body = {
        key,
        item: item.item,
        version: task.version,
        answer,
        reason,
        activeMs: active.current.elapsedMs(),
      };
      queue.add({ kind: "answers", body });
      setGiven((before) => [...before.slice(-49), { key, item }]);
      setItems((before) => before?.slice(1));
      setSkipping(false);
      setUndoError(null);
      setSaid(answer === null ? "Skipped" : "Answered");
      heading.current?.focus();
      refill();
    },
    [item, task.version, active, queue, setItems, refill],
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
      setSaid("Taken back");
      setUndoError(null);
      heading.current?.focus();
    } catch (caught) {
      setUndoError(caught as Error);
    }
  }, [given, queue, task.task, task.done, setItems]);
  const answer = useCallback((value: LabelAnswer) => give(value, null), [give]);
  const keys = useMemo(() => ({ u: () => void undo(), s: () => setSkipping(true) }), [undo]);
  useKeys(keys);

  const done = (queue.done ?? task.done) + queue.waiting().length;
  return (
    <div className="work">
      <section className="work-row" aria-labelledby="row-title">
        <div className="page-head">
          <h1 id="row-title" ref={heading} tabIndex={-1}>
            {item === undefined ? task.task : `Row ${done + 1}`}
          </h1>
          <QueueState queue={queue} done={done} />
        </div>
        <p className="visually-hidden" aria-live="polite">
          {said === "" ? "" : `${said}. ${done} done.`}
        </p>
        {error !== null && items === undefined ? <Problem error={error} /> : null}
        {undoError === null ? null : <Problem error={undoError} />}
        {item === undefined && items !== undefined ? (
          <Empty title="Nothing to label now">
            <p>Every row has its answers, or is with somebody else. This page looks again by itself.</p>
          </Empty>
        ) : null}
        {item === undefined ? null : (
          <>
            <div className="panel row-panel">
              <RowFields fields={item.fields} />
            </div>
            {isSkipping ? (
              <Skip onSkip={(reason) => give(null, reason)} onCancel={() => setSkipping(false)} />
            ) : (
              <AnswerInput
                key={item.item}
                schema={task.answer}
                start={startOf(task, item)}
                marked={item.suggestion}
                onAnswer={answer}
              />
            )}
          </>
        )}
        <div className="work-tools">
          <button type="button" className="button" disabled={item === undefined} onClick={() => setSkipping(true)}>
            Skip <kbd aria-hidden="true">s</kbd>
          </button>
          <button type="button" className="button" disabled={given.length === 0} onClick={() => void undo()}>
            Undo <kbd aria-hidden="true">u</kbd>
          </button>
        </div>
      </section>
      <aside className="panel work-guide" aria-labelledby="guide-title">
        <h2 id="guide-title">
          Guideline <span className="soft small">version {task.version}</span>
        </h2>
        <Guideline task={task} />
      </aside>
    </div>
  );
}

/** The text that an annotator begins with: the answer of the model that is corrected, or its suggestion. */
function startOf({ answer }: LabelTaskView, { fields, suggestion }: LabelItem): string {
  if (answer.type === "correction") return typeof fields[answer.field] === "string" ? String(fields[answer.field]) : "";
  return answer.type === "text" && typeof suggestion === "string" ? suggestion : "";
}

/** Rows that are kept for this person, asked for before they run out. */
function useItems(
  task: string,
  waiting: () => readonly number[],
): {
  items: readonly LabelItem[] | undefined;
  error: Error | null;
  refill: () => void;
  setItems: (change: (before: readonly LabelItem[] | undefined) => readonly LabelItem[] | undefined) => void;
} {
  const [items, setItems] = useState<readonly LabelItem[]>();
  const [error, setError] = useState<Error | null>(null);
  const asking = useRef(false);
  const waitingNow = useRef(waiting);
  waitingNow.current = waiting;
  const refill = useCallback(() => {
    if (asking.current) return;
    asking.current = true;
    takeItems(task, AHEAD + waitingNow.current().length)
      .then(({ items: fresh }) => {
        setError(null);
        setItems((before = []) => {
          const known = new Set([...before.map(({ item }) => item), ...waitingNow.current()]);
          const stillOurs = new Set(fresh.map(({ item }) => item));
          return [
            ...before.filter(({ item }) => stillOurs.has(item) || fresh.length >= AHEAD),
            ...fresh.filter(({ item }) => !known.has(item)),
          ];
        });
      })
      .catch((caught: unknown) => {
        // While the server restarts the rows at hand go on; a refusal is shown.
        setError(caught as Error);
        if (caught instanceof ApiError && caught.status < 500) setItems(() => undefined);
      })
      .finally(() => {
        asking.current = false;
      });
  }, [task]);
  useEffect(() => {
    refill();
    const timer = setInterval(refill, ASK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [refill]);
  return { items, error, refill, setItems };
}
