import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense } from "react";
import { Navigate, NavLink, Route, Routes } from "react-router";

import { getJson } from "./api.ts";
import { Empty } from "./parts/empty.tsx";
import { Problem } from "./parts/problem.tsx";
import { SessionLine, SignedInOnly } from "./parts/signed-in.tsx";

/** Pages: where each is, what the menu calls it (none: not in the menu), and its code, loaded when it is opened. */
const PAGES = [
  { path: "/", label: "Runs", Page: lazy(async () => import("./pages/runs.tsx")) },
  { path: "/money", label: "Money", Page: lazy(async () => import("./pages/money.tsx")) },
  { path: "/watch", label: "Watch", Page: lazy(async () => import("./pages/watch.tsx")) },
  { path: "/comply", label: "Comply", Page: lazy(async () => import("./pages/comply.tsx")) },
  { path: "/runs/:id", label: null, Page: lazy(async () => import("./pages/run.tsx")) },
] as const;

/** The page of annotators stands alone: they see no other, so it has no menu. */
const LabelPage = lazy(async () => import("./pages/label.tsx"));

/** Where MLflow's client says a run can be seen: `#/experiments/1/runs/ID` under our address. */
const MLFLOW_RUN = /^#\/experiments\/\d+\/runs\/([0-9a-f]{32})/;

/** Every page: that of annotators by itself, all others in one frame. */
export function App(): ReactNode {
  const run = MLFLOW_RUN.exec(window.location.hash)?.[1];
  if (run !== undefined) return <Navigate to={`/runs/${run}`} replace />;
  return (
    <Routes>
      <Route
        path="/label"
        element={
          <Suspense fallback={<p className="soft">Loading …</p>}>
            <LabelPage />
          </Suspense>
        }
      />
      <Route path="*" element={<Frame />} />
    </Routes>
  );
}

/** Menu, content, and what is shown while a page loads or where there is none. */
function Frame(): ReactNode {
  return (
    <div className="shell">
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <header className="sidebar">
        <NavLink className="brand" to="/">
          Tunewright
        </NavLink>
        <nav aria-label="Pages">
          <ul>
            {PAGES.filter(({ label }) => label !== null).map(({ path, label }) => (
              <li key={path}>
                <NavLink to={path} end={path === "/"}>
                  {label}
                </NavLink>
              </li>
            ))}
          </ul>
        </nav>
        <ServerFacts />
      </header>
      <main className="content" id="content" tabIndex={-1}>
        <SignedInOnly>
          <Suspense fallback={<p className="soft">Loading …</p>}>
            <Routes>
              {PAGES.map(({ path, Page }) => (
                <Route key={path} path={path} element={<Page />} />
              ))}
              <Route
                path="*"
                element={
                  <Empty isPage title="Page not found">
                    Choose one from the menu.
                  </Empty>
                }
              />
            </Routes>
          </Suspense>
        </SignedInOnly>
      </main>
    </div>
  );
}

function ServerFacts(): ReactNode {
  const { data, error } = useQuery({
    queryKey: ["server"],
    queryFn: async () => getJson<{ version: string; programmes: string[]; database: string }>("/server"),
    refetchInterval: 15_000,
  });
  if (error !== null) return <Problem error={error} />;
  return (
    <div className="server small soft">
      <SessionLine />
      {data?.programmes.map((programme) => (
        <div key={programme}>{programme}</div>
      ))}
      <div>
        {data === undefined ? " " : `${data.version} on ${data.database === "sqlite" ? "SQLite" : "PostgreSQL"}`}
      </div>
    </div>
  );
}
