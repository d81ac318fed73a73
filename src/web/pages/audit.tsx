import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";

import type { Audit, AuditAnswer, Severity } from "../../domain/audit.ts";
import type { AuditView } from "../../domain/audit-view.ts";
import { getJson, postJson } from "../api.ts";
import { AuditState, EvidenceList, Finding, mistakeTitle } from "../parts/audit/finding.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { Empty } from "../parts/empty.tsx";
import { Page } from "../parts/page.tsx";
import { Problem } from "../parts/problem.tsx";
import { Tiles } from "../parts/tiles.tsx";
import { sayDone } from "../parts/toasts.tsx";
import { shownWhole } from "../parts/words.ts";
import { useMayChange } from "../session.ts";

const KEY = ["audit"];

const RANKS: readonly Severity[] = ["high", "medium", "low"];

/** The last audit of the programme: findings by severity, then the rules that passed or could not be checked. */
export default function AuditPage(): ReactNode {
  const reading = useQuery({ queryKey: KEY, queryFn: async () => getJson<AuditView>("/audit") });
  const queries = useQueryClient();
  const mayChange = useMayChange();
  const running = useMutation({
    mutationFn: async () => postJson<AuditView>("/audit", {}),
    onSuccess: (view) => {
      queries.setQueryData(KEY, view);
      sayDone({ text: "The audit is finished" });
    },
  });
  return (
    <Page
      title="Audit"
      lead={({ programme, audit }) => (audit === null ? programme : `${programme}, ${audit.on}, ${audit.tool}`)}
      reading={reading}
      actions={
        mayChange ? (
          <button
            type="button"
            className="button primary"
            aria-disabled={running.isPending}
            onClick={() => (running.isPending ? undefined : running.mutate())}
          >
            {running.isPending ? "Auditing" : "Run the audit"}
          </button>
        ) : null
      }
    >
      {(view) => (
        <>
          <div role="status" className="visually-hidden">
            {running.isPending ? "The audit is running" : ""}
          </div>
          {running.error === null ? null : <Problem error={running.error} />}
          <Notices view={view} />
          {view.audit === null ? <NoAudit /> : <Answers audit={view.audit} links={view.links} />}
        </>
      )}
    </Page>
  );
}

function NoAudit(): ReactNode {
  return (
    <Empty title="No audit yet">
      <p>An audit checks the programme for ten cost mistakes and some further ones.</p>
      <pre tabIndex={0}>tunewright audit</pre>
    </Empty>
  );
}

function Notices({ view: { problem, audit, isCurrent } }: { view: AuditView }): ReactNode {
  if (problem !== null) return <div className="notice warn">{problem}</div>;
  if (audit === null || isCurrent) return null;
  return <div className="notice warn">programme.yaml has changed since this audit. Run the audit again.</div>;
}

function Answers({ audit, links }: { audit: Audit } & Pick<AuditView, "links">): ReactNode {
  const { answers, programmeCost, missingFiles, thresholds } = audit;
  const findings = RANKS.flatMap((rank) => answers.filter(({ severity }) => severity === rank));
  const count = (keep: (answer: AuditAnswer) => boolean): number => answers.filter(keep).length;
  return (
    <>
      <Tiles
        tiles={[
          {
            term: "Findings",
            value: findings.length,
            detail: RANKS.map((rank) => `${count(({ severity }) => severity === rank)} ${rank}`).join(", "),
          },
          { term: "Passed", value: count(({ state }) => state === "pass"), detail: "the check ran and found nothing" },
          {
            term: "Not checkable",
            value: count(({ state }) => state === "not-checkable"),
            detail: "each with the reason",
          },
          {
            term: "Programme, USD",
            value: shownWhole(programmeCost.p50),
            detail: `${shownWhole(programmeCost.p10)} to ${shownWhole(programmeCost.p90)} (p10 to p90)`,
          },
          ...(missingFiles.length === 0
            ? []
            : [{ term: "Missing files", value: missingFiles.length, detail: missingFiles.join(", ") }]),
        ]}
      />
      <section className="stack" aria-labelledby="findings">
        <h2 id="findings">Findings</h2>
        <p className="soft small">
          High: above {thresholds.high * 100} % of the median cost of the programme, or a duty breached. Medium: above{" "}
          {thresholds.medium * 100} %.
        </p>
        {findings.length === 0 ? <p>None.</p> : null}
        {findings.map((answer) => (
          <Finding key={answer.rule} answer={answer} links={links} />
        ))}
      </section>
      <Others answers={answers} links={links} />
    </>
  );
}

/** Rules without a finding: what was checked, or the reason why nothing could be checked. */
function Others({ answers, links }: { answers: readonly AuditAnswer[] } & Pick<AuditView, "links">): ReactNode {
  const others = answers.filter(({ state }) => state !== "finding");
  if (others.length === 0) return null;
  return (
    <section className="panel stacked" aria-labelledby="others">
      <h2 id="others">Passed and not checkable</h2>
      <DataTable label="Passed and not checkable" head={["Mistake", "State", "Why", "Evidence"]}>
        {others.map((answer) => (
          <tr key={answer.rule}>
            <td className="wrap">{mistakeTitle(answer)}</td>
            <td>
              <AuditState answer={answer} />
            </td>
            <td className="wrap">
              {answer.text}
              {answer.action === null ? null : (
                <div className="soft small">
                  What to do: <code>{answer.action}</code>
                </div>
              )}
            </td>
            <td className="wrap">
              <EvidenceList evidence={answer.evidence} links={links} />
            </td>
          </tr>
        ))}
      </DataTable>
    </section>
  );
}
