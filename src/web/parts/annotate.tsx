import { type ReactNode, useCallback, useMemo, useState } from "react";

import type { LabelAnswer } from "../../domain/label-task.ts";
import type { LabelItem, LabelTaskView } from "../../domain/label-work.ts";
import { AnswerInput, useKeys } from "./answer-input.tsx";
import { Empty } from "./empty.tsx";
import { GuidePanel } from "./guideline.tsx";
import { Problem } from "./problem.tsx";
import { QueueState } from "./queue-state.tsx";
import { RowFields } from "./row-fields.tsx";
import { Skip } from "./skip.tsx";
import { type Annotation, useAnnotation } from "./use-annotation.ts";

/** Rows one after the other: row and answer on the left, guideline on the right. */
export function Annotate({ account, task }: { account: string; task: LabelTaskView }): ReactNode {
  const work = useAnnotation(account, task);
  const { item, done, heading } = work;
  return (
    <div className="work">
      <section className="work-row" aria-labelledby="row-title">
        <div className="page-head">
          <h1 id="row-title" ref={heading} tabIndex={-1}>
            {item === undefined ? task.task : `Row ${done + 1}`}
          </h1>
          <QueueState queue={work.queue} done={done} />
        </div>
        <p className="visually-hidden" aria-live="polite">
          {work.said === "" ? "" : `${work.said}. ${done} done.`}
        </p>
        {work.error === null ? null : <Problem error={work.error} />}
        {item === undefined && work.isLoaded ? (
          <Empty title="No rows to label">
            <p>Every row is labelled or assigned to another annotator. This page refreshes by itself.</p>
          </Empty>
        ) : null}
        {item === undefined ? null : (
          <div className="panel row-panel">
            <RowFields fields={item.fields} />
          </div>
        )}
        <Answering task={task} work={work} />
      </section>
      <GuidePanel task={task} />
    </div>
  );
}

/** The answer to the current row, or the reason for a skip; and the undo button. */
function Answering({ task, work }: { task: LabelTaskView; work: Annotation }): ReactNode {
  const { item, give, undo } = work;
  const [skipping, setSkipping] = useState<number>();
  const answer = useCallback((value: LabelAnswer) => give(value, null), [give]);
  const skip = useCallback(() => setSkipping(item?.item), [item]);
  const keys = useMemo(() => ({ u: () => void undo(), s: skip }), [undo, skip]);
  useKeys(keys);
  return (
    <>
      {item === undefined ? null : skipping === item.item ? (
        <Skip
          onSkip={(reason) => {
            setSkipping(undefined);
            give(null, reason);
          }}
          onCancel={() => setSkipping(undefined)}
        />
      ) : (
        <AnswerInput
          key={item.item}
          schema={task.answer}
          start={startOf(task, item)}
          marked={item.suggestion}
          onAnswer={answer}
        />
      )}
      <div className="work-tools">
        {item === undefined || skipping === item.item ? null : (
          <button type="button" className="button" onClick={skip}>
            Skip <kbd aria-hidden="true">s</kbd>
          </button>
        )}
        <button type="button" className="button" disabled={!work.canUndo} onClick={() => void undo()}>
          Undo <kbd aria-hidden="true">u</kbd>
        </button>
      </div>
    </>
  );
}

/** The text that an annotator starts with: the model's answer to be corrected, or its suggestion. */
function startOf({ answer }: LabelTaskView, { fields, suggestion }: LabelItem): string {
  if (answer.type === "correction") return typeof fields[answer.field] === "string" ? String(fields[answer.field]) : "";
  return answer.type === "text" && typeof suggestion === "string" ? suggestion : "";
}
