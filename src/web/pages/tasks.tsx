import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import type { LabelReport, LabelTaskList } from "../../domain/label-report.ts";
import { getJson } from "../api.ts";
import { DataTable, NumberCell } from "../parts/data-table.tsx";
import { Empty } from "../parts/empty.tsx";
import { Page } from "../parts/page.tsx";
import { Tiles } from "../parts/tiles.tsx";

/** Labelling tasks for those who run them: progress, people, agreement, cost, seals. Answers are not shown. */
export default function TasksPage(): ReactNode {
  const reading = useQuery({
    queryKey: ["labels"],
    queryFn: async () => getJson<LabelTaskList>("/labels"),
    refetchInterval: 30_000,
  });
  return (
    <Page title="Labels" lead="Labelling tasks: progress, people, agreement and cost." reading={reading}>
      {({ tasks }) =>
        tasks.length === 0 ? (
          <Empty title="No labelling tasks yet">
            <pre tabIndex={0}>
              {"tunewright data label create task.yaml\ntunewright data label invite TASK --name NAME"}
            </pre>
          </Empty>
        ) : (
          tasks.map(({ task }) => <Task key={task} name={task} />)
        )
      }
    </Page>
  );
}

function Task({ name }: { name: string }): ReactNode {
  const { data, error } = useQuery({
    queryKey: ["labels", name],
    queryFn: async () => getJson<LabelReport>(`/labels/${encodeURIComponent(name)}`),
    refetchInterval: 30_000,
  });
  return (
    <section className="panel stacked" aria-labelledby={`task-${name}`}>
      <h2 id={`task-${name}`}>{name}</h2>
      {error === null ? null : <p className="notice bad">{error.message}</p>}
      {data === undefined ? null : <Report report={data} />}
    </section>
  );
}

const dollars = (usd: string | null): string => (usd === null ? "unknown" : `${usd} USD`);

function Report({ report }: { report: LabelReport }): ReactNode {
  const { task, version, counts, members, cost, seals } = report;
  const done = counts.agreed + counts.decided;
  return (
    <>
      <Tiles
        tiles={[
          { term: "Labelled", value: done, detail: `of ${counts.rows} rows, guideline version ${version}` },
          { term: "Open", value: counts.open, detail: "rows that need answers" },
          { term: "Disputed", value: counts.disputed, detail: `${counts.unresolved} left unresolved` },
          { term: "Cost", value: dollars(cost.totalUsd), detail: `${dollars(cost.perLabelUsd)} per labelled row` },
        ]}
      />
      <h3>People</h3>
      <DataTable label={`People of ${task}`} head={PEOPLE} numbers={[2, 3, 4, 5, 6]}>
        {members.map((member) => (
          <tr key={`${member.name} ${member.role}`}>
            <td>{member.name}</td>
            <td data-head="Role">{member.isRemoved ? `${member.role}, removed` : member.role}</td>
            <NumberCell head="Answers">{member.answers}</NumberCell>
            <NumberCell head="Skips">{member.skips}</NumberCell>
            <NumberCell head="Active, min">{(member.activeSec / 60).toFixed(1)}</NumberCell>
            <NumberCell head="Cost, USD">{member.costUsd ?? "unknown"}</NumberCell>
            <NumberCell head="Gold rows right">
              {member.gold.answered === 0 ? "none" : `${member.gold.right} of ${member.gold.answered}`}
            </NumberCell>
          </tr>
        ))}
      </DataTable>
      <Agreement report={report} />
      <div className="watch-body">
        {counts.disputed === 0 ? null : (
          <p>
            {counts.disputed === 1 ? "1 row waits" : `${counts.disputed} rows wait`} for an adjudicator:{" "}
            <code>{`tunewright data adjudicate ${task}`}</code>
          </p>
        )}
        <p className="soft small">
          {cost.postedUsd} USD are on the ledger.{" "}
          {seals.length === 0
            ? "Not sealed yet. "
            : `Sealed ${seals.length === 1 ? "once" : `${seals.length} times`}, last by ${seals.at(-1)!.sealedBy} with ${seals.at(-1)!.rows} rows. `}
          To seal: <code>{`tunewright data label seal ${task}`}</code>
        </p>
      </div>
    </>
  );
}

const PEOPLE = ["Person", "Role", "Answers", "Skips", "Active, min", "Cost, USD", "Gold rows right"];

function Agreement({ report: { task, agreement } }: { report: LabelReport }): ReactNode {
  if (agreement === null) return <p className="watch-body soft small">No row has two answers yet.</p>;
  return (
    <>
      <h3>Agreement</h3>
      <DataTable label={`Agreement of ${task}`} head={["Coefficient", "Value", "95 % interval"]} numbers={[1, 2]}>
        {agreement.metrics.map(({ name, value, ci95, reason }) => (
          <tr key={name}>
            <td>{coefficientName(name)}</td>
            {value === null ? (
              <td className="wrap soft" colSpan={2} data-head="Value">
                none: {reason ?? "undefined"}
              </td>
            ) : (
              <>
                <NumberCell head="Value">{value.toFixed(3)}</NumberCell>
                <NumberCell head="95 % interval">
                  {ci95 === null ? "none" : `${ci95[0].toFixed(3)} to ${ci95[1].toFixed(3)}`}
                </NumberCell>
              </>
            )}
          </tr>
        ))}
      </DataTable>
      {agreement.findings.map((finding) => (
        <p className="watch-body small" key={finding}>
          {finding}
        </p>
      ))}
    </>
  );
}

/** Spelling of the words of coefficients. */
const COEFFICIENT_WORDS: Readonly<Record<string, string>> = {
  percent: "Percent",
  cohen: "Cohen's",
  scott: "Scott's",
  fleiss: "Fleiss'",
  gwet: "Gwet's",
  ac1: "AC1",
  ac2: "AC2",
  bennett: "Bennett's",
  s: "S",
  randolph: "Randolph's",
  krippendorff: "Krippendorff's",
};

/** Name of a coefficient as people write it: `Cohen's kappa linear`. */
function coefficientName(name: string): string {
  return name
    .split("-")
    .map((word) => COEFFICIENT_WORDS[word] ?? word)
    .join(" ");
}
