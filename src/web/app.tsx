import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense } from "react";
import { NavLink, Route, Routes } from "react-router";

import { getJson } from "./api.ts";
import { Empty } from "./parts/empty.tsx";
import { Problem } from "./parts/problem.tsx";

/** Pages: where each is, what the menu calls it (none: not in the menu), and its code, loaded when it is opened. */
const PAGES = [
  { path: "/", label: "Runs", Page: lazy(async () => import("./pages/runs.tsx")) },
  { path: "/runs/:id", label: null, Page: lazy(async () => import("./pages/run.tsx")) },
] as const;

/** The frame of every page: menu, content, and what is shown while a page loads or where there is none. */
export function App(): ReactNode {
  return (
    <div className="shell">
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <div className="sidebar">
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
      </div>
      <main className="content" id="content" tabIndex={-1}>
        <Suspense fallback={<p className="soft">Loading …</p>}>
          <Routes>
            {PAGES.map(({ path, Page }) => (
              <Route key={path} path={path} element={<Page />} />
            ))}
            <Route path="*" element={<Empty title="There is no such page">Choose one from the menu.</Empty>} />
          </Routes>
        </Suspense>
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
    <footer className="small soft">
      {data?.programmes.map((programme) => (
        <div key={programme}>{programme}</div>
      ))}
      <div>
        {data === undefined ? " " : `${data.version} on ${data.database === "sqlite" ? "SQLite" : "PostgreSQL"}`}
      </div>
    </footer>
  );
}
