import { type ReactNode, useEffect } from "react";

import { Problem } from "./problem.tsx";

/** Contents of a page, as far as they are loaded. */
type Reading<T> = { data: T | undefined; error: Error | null };

type Props<T> = {
  /** Name of the page, in its heading and in the tab of the browser. */
  title: string;
  /** Breadcrumbs: links to the parent pages. */
  crumbs?: ReactNode;
  /** A line below the heading. */
  lead?: ReactNode | ((data: T) => ReactNode);
  /** A state after the heading, on its line. */
  mark?: (data: T) => ReactNode;
  actions?: ReactNode | ((data: T) => ReactNode);
  reading: Reading<T>;
  children: (data: T) => ReactNode;
};

/**
 * The frame of every page: its head, a placeholder of the same height while it loads, the error if nothing can be
 * shown, and a notice above the earlier content if a refresh failed.
 */
export function Page<T>({ title, crumbs, lead, mark, actions, reading, children }: Props<T>): ReactNode {
  const { data, error } = reading;
  useTitle(title);
  return (
    <>
      <PageHead
        title={title}
        crumbs={crumbs}
        lead={part(lead, data)}
        mark={data === undefined ? null : mark?.(data)}
        actions={part(actions, data)}
      />
      {error === null ? null : <Problem error={error} />}
      {data === undefined ? error === null ? <Skeleton /> : null : children(data)}
    </>
  );
}

/** Sets the title of the browser tab to that of the page. */
function useTitle(title: string): void {
  useEffect(() => {
    document.title = title === "Tunewright" ? title : `${title} · Tunewright`;
  }, [title]);
}

function part<T>(shown: ReactNode | ((data: T) => ReactNode) | undefined, data: T | undefined): ReactNode {
  if (typeof shown !== "function") return shown;
  return data === undefined ? null : shown(data);
}

type HeadProps = { title: string; crumbs?: ReactNode; lead?: ReactNode; mark?: ReactNode; actions?: ReactNode };

function PageHead({ title, crumbs, lead, mark, actions }: HeadProps): ReactNode {
  return (
    <div className="page-head">
      <div>
        {crumbs === undefined ? null : (
          <nav className="crumbs" aria-label="Above this page">
            {crumbs}
          </nav>
        )}
        <h1>
          {title} {mark}
        </h1>
        <div className="page-lead">{lead ?? "\u00a0"}</div>
      </div>
      {actions === undefined || actions === null ? null : <div className="page-actions">{actions}</div>}
    </div>
  );
}

/** Placeholders for the content, so that nothing moves when it arrives. */
export function Skeleton(): ReactNode {
  return (
    <div className="skeleton" role="status" aria-label="Loading">
      <div />
      <div />
    </div>
  );
}
