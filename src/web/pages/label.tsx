import "../label.css";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";

import type { LabelSession, LabelTaskView } from "../../domain/label-work.ts";
import { endSession, openSession } from "../label-api.ts";
import { Adjudicate } from "../parts/adjudicate.tsx";
import { Annotate } from "../parts/annotate.tsx";
import { Empty } from "../parts/empty.tsx";
import { Problem } from "../parts/problem.tsx";

const SESSION = ["label-session"];

/** The page of annotators and adjudicators; they see nothing else. */
export default function LabelPage(): ReactNode {
  const { data, error } = useQuery({ queryKey: SESSION, queryFn: openSession, staleTime: Infinity, retry: false });
  const [chosen, setChosen] = useState<string>();
  const tasks = data?.tasks ?? [];
  const task = tasks.find((candidate) => candidate.task === chosen) ?? (tasks.length === 1 ? tasks[0] : undefined);
  useEffect(() => {
    document.title = task === undefined ? "Label · Tunewright" : `${task.task} · Label · Tunewright`;
  }, [task]);
  return (
    <div className="label-shell">
      <a className="skip" href="#content">
        Skip to the row
      </a>
      <header className="label-head">
        <span className="brand">Tunewright</span>
        {task === undefined ? null : <span className="label-task">{task.task}</span>}
        <Account session={data} />
      </header>
      <main className="label-content" id="content" tabIndex={-1}>
        {error === null ? null : <Problem error={error} />}
        {data?.name === null ? (
          <Empty isPage title="Open your invitation">
            <p>Sign in with the link in your invitation. It works once; ask for a new link if it has been used.</p>
          </Empty>
        ) : null}
        {data !== undefined && data.name !== null && task === undefined ? (
          <Tasks tasks={tasks} onChoose={setChosen} />
        ) : null}
        {data === undefined || data.name === null || task === undefined ? null : (
          <Work key={task.task} account={data.name} task={task} />
        )}
      </main>
    </div>
  );
}

function Work(props: { account: string; task: LabelTaskView }): ReactNode {
  return props.task.role === "annotator" ? <Annotate {...props} /> : <Adjudicate {...props} />;
}

function Account({ session }: { session: LabelSession | undefined }): ReactNode {
  const queries = useQueryClient();
  if (session === undefined || session.name === null) return null;
  const leave = async (): Promise<void> => {
    queries.setQueryData(SESSION, await endSession());
  };
  return (
    <span className="label-account">
      <span className="small soft">{session.name}</span>
      <button type="button" className="button" onClick={() => void leave()}>
        Sign out
      </button>
    </span>
  );
}

function Tasks({ tasks, onChoose }: { tasks: readonly LabelTaskView[]; onChoose: (task: string) => void }): ReactNode {
  if (tasks.length === 0) {
    return (
      <Empty isPage title="No task">
        <p>You are not a member of any task. Ask the person who invited you.</p>
      </Empty>
    );
  }
  return (
    <div className="task-list">
      <h1>Your tasks</h1>
      <ul>
        {tasks.map(({ task, role, done }) => (
          <li key={task}>
            <button type="button" className="button" onClick={() => onChoose(task)}>
              {task}
            </button>{" "}
            <span className="soft small">
              {role}, {done} done
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
