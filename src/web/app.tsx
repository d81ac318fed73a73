import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense } from "react";
import { Navigate, NavLink, Route, Routes } from "react-router";

import { getJson } from "./api.ts";
import { Empty } from "./parts/empty.tsx";
import { Icon, type IconName } from "./parts/icons.tsx";
import { Skeleton } from "./parts/page.tsx";
import { Problem } from "./parts/problem.tsx";
import { SessionLine, SignedInOnly } from "./parts/signed-in.tsx";
import { ThemeSwitch } from "./parts/theme-switch.tsx";
import { Toasts } from "./parts/toasts.tsx";
import { useReadsContent } from "./session.ts";

/** A page: its path, its code, and its position in the menu (none if it is reached from another page). */
type PageRow = {
  path: string;
  Page: ReturnType<typeof lazy>;
  menu?: { label: string; icon: IconName; group: Group };
  /** True if it shows prompts and answers; hidden from the menu of roles that may not read them. */
  isContent?: boolean;
};

/** Headings of the menu, in order; the first has none. */
const GROUPS = ["", "Experiments", "Production", "Oversight"] as const;
type Group = (typeof GROUPS)[number];

/** Every page in one frame; its code is loaded when it is opened. */
const PAGES: readonly PageRow[] = [
  {
    path: "/",
    Page: lazy(async () => import("./pages/programme.tsx")),
    menu: { label: "Programme", icon: "programme", group: "" },
  },
  {
    path: "/runs",
    Page: lazy(async () => import("./pages/runs.tsx")),
    menu: { label: "Runs", icon: "runs", group: "Experiments" },
  },
  {
    path: "/training",
    Page: lazy(async () => import("./pages/training.tsx")),
    menu: { label: "Training", icon: "training", group: "Experiments" },
  },
  {
    path: "/models",
    Page: lazy(async () => import("./pages/models.tsx")),
    menu: { label: "Models", icon: "models", group: "Experiments" },
    isContent: true,
  },
  {
    path: "/evaluations",
    Page: lazy(async () => import("./pages/evaluations.tsx")),
    menu: { label: "Evaluations", icon: "evaluations", group: "Experiments" },
  },
  {
    path: "/watch",
    Page: lazy(async () => import("./pages/watch.tsx")),
    menu: { label: "Watch", icon: "watch", group: "Production" },
    isContent: true,
  },
  {
    path: "/tasks",
    Page: lazy(async () => import("./pages/tasks.tsx")),
    menu: { label: "Labels", icon: "check", group: "Production" },
  },
  {
    path: "/money",
    Page: lazy(async () => import("./pages/money.tsx")),
    menu: { label: "Money", icon: "money", group: "Oversight" },
  },
  {
    path: "/comply",
    Page: lazy(async () => import("./pages/comply.tsx")),
    menu: { label: "Comply", icon: "comply", group: "Oversight" },
  },
  {
    path: "/audit",
    Page: lazy(async () => import("./pages/audit.tsx")),
    menu: { label: "Audit", icon: "audit", group: "Oversight" },
  },
  { path: "/audit/evidence", Page: lazy(async () => import("./pages/evidence.tsx")) },
  { path: "/training/:id", Page: lazy(async () => import("./pages/job.tsx")) },
  { path: "/sweeps/:id", Page: lazy(async () => import("./pages/sweep.tsx")) },
  { path: "/import", Page: lazy(async () => import("./pages/import.tsx")) },
  { path: "/evaluations/compare", Page: lazy(async () => import("./pages/evaluation-compare.tsx")) },
  { path: "/evaluations/:id", Page: lazy(async () => import("./pages/evaluation.tsx")) },
  { path: "/compare", Page: lazy(async () => import("./pages/compare.tsx")) },
  { path: "/runs/:id", Page: lazy(async () => import("./pages/run.tsx")) },
];

/** The page of annotators has no menu, because they have no other page. */
const LabelPage = lazy(async () => import("./pages/label.tsx"));

/** The address of a run in MLflow's client: `#/experiments/1/runs/ID` under our address. */
const MLFLOW_RUN = /^#\/experiments\/\d+\/runs\/([0-9a-f]{32})/;

/** All pages: that of annotators on its own, the others in one frame. */
export function App(): ReactNode {
  const run = MLFLOW_RUN.exec(window.location.hash)?.[1];
  if (run !== undefined) return <Navigate to={`/runs/${run}`} replace />;
  return (
    <>
      <Routes>
        <Route
          path="/label"
          element={
            <Suspense fallback={<Skeleton />}>
              <LabelPage />
            </Suspense>
          }
        />
        <Route path="*" element={<Frame />} />
      </Routes>
      <Toasts />
    </>
  );
}

/** Menu and content, with placeholders while a page loads or if there is none. */
function Frame(): ReactNode {
  return (
    <div className="shell">
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <header className="sidebar">
        <NavLink className="brand" to="/">
          <Icon name="brand" size={18} />
          <span>Tunewright</span>
        </NavLink>
        <nav aria-label="Pages">
          {GROUPS.map((group) => (
            <Menu key={group} group={group} />
          ))}
        </nav>
        <div className="sidebar-foot">
          <ThemeSwitch />
          <ServerFacts />
        </div>
      </header>
      <main className="content" id="content" tabIndex={-1}>
        <SignedInOnly>
          <Suspense fallback={<Skeleton />}>
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

function Menu({ group }: { group: Group }): ReactNode {
  const readsContent = useReadsContent();
  const rows = PAGES.filter(({ menu, isContent }) => menu?.group === group && (readsContent || isContent !== true));
  if (rows.length === 0) return null;
  return (
    <div>
      {group === "" ? null : <div className="nav-group">{group}</div>}
      <ul aria-label={group === "" ? undefined : group}>
        {rows.map(({ path, menu }) => (
          <li key={path}>
            <NavLink to={path} end={path === "/"}>
              <Icon name={menu!.icon} />
              {menu!.label}
            </NavLink>
          </li>
        ))}
      </ul>
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
    <div className="server">
      <SessionLine />
      {data?.programmes.map((programme) => (
        <strong key={programme}>{programme}</strong>
      ))}
      {data === undefined ? "\u00a0" : `${data.version} on ${data.database === "sqlite" ? "SQLite" : "PostgreSQL"}`}
    </div>
  );
}
