import { useQuery } from "@tanstack/react-query";
import { type ReactNode, type RefObject, useCallback, useRef, useState } from "react";

import type { LabelAnswer } from "../../domain/label-task.ts";
import type { Dispute, LabelTaskView } from "../../domain/label-work.ts";
import { openDisputes } from "../label-api.ts";
import { AnswerInput } from "./answer-input.tsx";
import { answerWords } from "./answer-words.ts";
import { Empty } from "./empty.tsx";
import { GuidePanel } from "./guideline.tsx";
import { Problem } from "./problem.tsx";
import { QueueState } from "./queue-state.tsx";
import { RowFields } from "./row-fields.tsx";
import { useActiveTime } from "./use-active-time.ts";
import { useAnswerQueue } from "./use-answer-queue.ts";

/** Polling interval for rows to decide, ms. */
const ASK_AGAIN_MS = 10_000;

/** Rows whose answers differ, one after the other: row, answers without names, decision and reason. */
export function Adjudicate({ account, task }: { account: string; task: LabelTaskView }): ReactNode {
  const queue = useAnswerQueue(account, task.task);
  const { data, error, refetch } = useQuery({
    queryKey: ["disputes", task.task],
    queryFn: async () => openDisputes(task.task),
    refetchInterval: ASK_AGAIN_MS,
  });
  const [decided, setDecided] = useState<ReadonlySet<number>>(new Set());
  const heading = useRef<HTMLHeadingElement>(null);
  const left = data?.disputes.filter(({ item }) => !decided.has(item));
  const dispute = left?.[0];
  const active = useActiveTime(dispute?.item, task.idleSeconds);
  const decide = useCallback(
    (answer: LabelAnswer | null, reason: string) => {
      if (dispute === undefined) return;
      const key = crypto.randomUUID();
      const { item } = dispute;
      queue.add({ kind: "decisions", body: { key, item, answer, reason, activeMs: active.current.elapsedMs() } });
      setDecided((before) => new Set([...before, item]));
      heading.current?.focus();
      if ((left?.length ?? 0) <= 1) void queue.flush().then(() => refetch());
    },
    [dispute, queue, active, left?.length, refetch],
  );
  const done = (queue.done ?? task.done) + queue.waiting().length;
  return (
    <div className="work">
      <section className="work-row" aria-labelledby="row-title">
        <div className="page-head">
          <h1 id="row-title" ref={heading} tabIndex={-1}>
            {dispute === undefined ? task.task : `Decide row ${dispute.row.slice(0, 8)}`}
          </h1>
          <QueueState queue={queue} done={done} />
        </div>
        {error !== null && data === undefined ? <Problem error={error} /> : null}
        {left !== undefined && dispute === undefined ? (
          <Empty title="No rows to decide">
            <p>Rows appear here when their answers conflict. This page refreshes by itself.</p>
          </Empty>
        ) : null}
        {dispute === undefined ? null : <Decision key={dispute.item} {...{ dispute, task, onDecide: decide }} />}
      </section>
      <GuidePanel task={task} />
    </div>
  );
}

function Decision({
  dispute,
  task,
  onDecide,
}: {
  dispute: Dispute;
  task: LabelTaskView;
  onDecide: (answer: LabelAnswer | null, reason: string) => void;
}): ReactNode {
  const [answer, setAnswer] = useState<LabelAnswer>();
  const reasonBox = useRef<HTMLTextAreaElement>(null);
  const choose = useCallback((value: LabelAnswer) => {
    setAnswer(value);
    reasonBox.current?.focus();
  }, []);
  const isText = task.answer.type === "text" || task.answer.type === "correction";
  return (
    <>
      <div className="panel row-panel">
        <RowFields fields={dispute.fields} />
      </div>
      <ul className="answers" aria-label="Answers, without names">
        {dispute.answers.map(({ answer: given, reason, version }, index) => (
          <li key={`${index}-${version}`} className="panel">
            <span className="soft small">
              Answer {String.fromCodePoint(65 + index)}
              {version === task.version ? "" : `, guideline version ${version}`}
            </span>
            <p dir="auto" className="row-text">
              {given === null ? `skipped: ${reason ?? ""}` : answerWords(given)}
            </p>
            {isText && given !== null ? (
              <button type="button" className="button" onClick={() => choose(given)}>
                Take this one
              </button>
            ) : null}
          </li>
        ))}
      </ul>
      <AnswerInput
        key={answer === undefined ? "none" : answerWords(answer)}
        schema={task.answer}
        start={isText && answer !== undefined ? answerWords(answer) : ""}
        onAnswer={choose}
      />
      <ReasonForm answer={answer} boxRef={reasonBox} onDecide={onDecide} />
    </>
  );
}

/** The decision, its reason, and the button that sends them. */
function ReasonForm({
  answer,
  boxRef,
  onDecide,
}: {
  answer: LabelAnswer | undefined;
  boxRef: RefObject<HTMLTextAreaElement | null>;
  onDecide: (answer: LabelAnswer | null, reason: string) => void;
}): ReactNode {
  const [reason, setReason] = useState("");
  const isReady = reason.trim() !== "";
  const decide = (): void => {
    if (answer !== undefined && isReady) onDecide(answer, reason.trim());
  };
  return (
    <form
      className="decision"
      onSubmit={(event) => {
        event.preventDefault();
        decide();
      }}
    >
      <p aria-live="polite">
        {answer === undefined ? (
          <span className="soft">Choose an answer and give a reason.</span>
        ) : (
          <>
            Decision: <strong dir="auto">{answerWords(answer)}</strong>
          </>
        )}
      </p>
      <div className="field">
        <label htmlFor="reason">Reason</label>
        <textarea
          id="reason"
          ref={boxRef}
          dir="auto"
          rows={2}
          maxLength={2000}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey) return;
            event.preventDefault();
            decide();
          }}
        />
      </div>
      <div className="work-tools">
        <button type="submit" className="button primary" disabled={answer === undefined || !isReady}>
          Decide <kbd aria-hidden="true">Enter</kbd>
        </button>
        <button type="button" className="button" disabled={!isReady} onClick={() => onDecide(null, reason.trim())}>
          Leave unresolved
        </button>
      </div>
    </form>
  );
}
