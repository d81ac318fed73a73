import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import type {
  AppliedRequirement,
  ComplianceReport,
  ComplianceRole,
  EvidenceItem,
  KnownFact,
} from "../../domain/compliance.ts";
import { getJson } from "../api.ts";
import { DataTable } from "../parts/data-table.tsx";
import { Page } from "../parts/page.tsx";
import { Papers } from "../parts/comply/papers.tsx";
import { Tiles } from "../parts/tiles.tsx";

/** Verification state of a statement, as the tables show it. */
const LEVEL = { primary: "P", secondary: "S", general: "G", derived: "D" } as const;

const TONE = { yes: "warn", no: "good", amber: "warn", unknown: "" } as const;

/** Duties of the programme: its roles, its duties by day, the evidence, and the next questions. */
export default function ComplyPage(): ReactNode {
  const reading = useQuery({
    queryKey: ["comply"],
    queryFn: async () => getJson<ComplianceReport>("/comply"),
    staleTime: 60_000,
  });
  return (
    <Page title="Comply" lead={lead} reading={reading}>
      {({ on, counts, roles, deadlines, requirements, vendors, questions }) => (
        <>
          <Tiles
            tiles={[
              {
                term: "Apply today",
                value: counts.applying,
                detail: `${counts.obligations} ${counts.obligations === 1 ? "duty" : "duties"}`,
              },
              { term: "Apply later", value: counts.later, detail: `of ${counts.known} requirements` },
              { term: "Unknown", value: counts.unknown, detail: "depend on open questions" },
              { term: "Evidence", value: counts.evidenceFound, detail: `of ${counts.evidenceAsked} items on file` },
            ]}
          />
          <Roles roles={roles} />
          <Days deadlines={deadlines} />
          <Duties requirements={requirements} on={on} />
          <Vendors vendors={vendors} />
          <Papers />
          <Questions questions={questions} />
        </>
      )}
    </Page>
  );
}

function lead({ programme, on, law }: ComplianceReport): ReactNode {
  return (
    <>
      {programme}, {on}. {law}. <span>Not legal advice.</span> P primary text, S secondary source, G general knowledge,
      D derived.
    </>
  );
}

function Roles({ roles }: { roles: readonly ComplianceRole[] }): ReactNode {
  return (
    <Panel id="roles" title="Roles" head={["Role", "Answer", "Why", "Checked"]}>
      {roles.map(({ id, title, answer, reason, verification, rule, facts, wouldChange }) => (
        <tr key={id}>
          <td className="wrap">{title}</td>
          <td>
            <span className={`state ${TONE[answer]}`}>{answer}</span>
          </td>
          <td className="wrap">
            {reason}
            <details className="small">
              <summary>Rule, facts, what would change it</summary>
              <p>{rule}</p>
              <ul>
                {facts.map((fact) => (
                  <li key={fact.id}>
                    {fact.id}: {fact.value === null ? "unknown" : factText(fact.value)} ({fact.source})
                  </li>
                ))}
              </ul>
              <p>{wouldChange}</p>
            </details>
          </td>
          <td data-head="Checked">{LEVEL[verification]}</td>
        </tr>
      ))}
    </Panel>
  );
}

function factText(value: NonNullable<KnownFact["value"]>): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return value.toExponential(1);
  return Array.isArray(value) ? value.join(", ") : value;
}

function Days({ deadlines }: Pick<ComplianceReport, "deadlines">): ReactNode {
  if (deadlines.length === 0) return null;
  return (
    <Panel id="days" title="Days of the law" head={["From", "What begins"]}>
      {deadlines.map(({ date, what }) => (
        <tr key={date}>
          <td>{date}</td>
          <td className="wrap">{what}</td>
        </tr>
      ))}
    </Panel>
  );
}

/** Duties that apply today and later, the earliest day first; those without a day come first. */
function Duties({ requirements, on }: Pick<ComplianceReport, "requirements" | "on">): ReactNode {
  const known = requirements
    .filter(({ applies }) => applies !== "unknown")
    .toSorted((a, b) => ((a.from ?? "") < (b.from ?? "") ? -1 : (a.from ?? "") > (b.from ?? "") ? 1 : 0));
  return (
    <Panel
      id="duties"
      title={`Duties by day (${known.length})`}
      head={["From", "Requirement", "Title", "Kind", "Evidence", "Asked from", "Checked"]}
    >
      {known.map((requirement) => (
        <tr key={requirement.id}>
          <td data-head="From">{requirement.from ?? ""}</td>
          <td>{requirement.id}</td>
          <td className="wrap">{requirement.title}</td>
          <td>{requirement.kind}</td>
          <td className="wrap" data-head="Evidence">
            <Evidence items={requirement.evidence} />
          </td>
          <td className="wrap" data-head="Asked from">
            <Asked items={requirement.evidence} on={on} />
          </td>
          <td data-head="Checked">{LEVEL[requirement.verification]}</td>
        </tr>
      ))}
    </Panel>
  );
}

function Evidence({ items }: { items: AppliedRequirement["evidence"] }): ReactNode {
  const count = (state: EvidenceItem["state"]): number => items.filter((item) => item.state === state).length;
  const stale = count("stale");
  const files = [...new Map(items.flatMap((item) => (item.ref === null ? [] : [[item.ref, item]]))).values()];
  return (
    <>
      {count("found")} of {items.length}
      {stale === 0 ? null : <span className="state warn"> {stale} out of date</span>}
      {files.map(({ ref, collectedAt, validUntil, reviewer }) => (
        <div className="soft small" key={ref}>
          {ref}
          {collectedAt === null ? null : `, ${collectedAt}`}
          {validUntil === null ? null : `, valid until ${validUntil}`}
          {reviewer === null ? null : `, reviewed by ${reviewer}`}
        </div>
      ))}
    </>
  );
}

/** People who were asked for the open items of a requirement, with the days. */
function Asked({ items, on }: { items: AppliedRequirement["evidence"]; on: string }): ReactNode {
  const open = items.filter(({ state, askedFrom }) => state !== "found" && askedFrom !== null);
  const people = [...new Map(open.map(({ askedFrom, due }) => [`${askedFrom}, ${due}`, due ?? ""])).entries()];
  return people.map(([text, due]) => (
    <div key={text}>
      {text}
      {due < on ? <span className="state warn"> overdue</span> : null}
    </div>
  ));
}

/** Vendors with their agreements, and what is missing. */
function Vendors({ vendors: { links } }: Pick<ComplianceReport, "vendors">): ReactNode {
  if (links.length === 0) return null;
  return (
    <Panel id="vendors" title={`Vendors (${links.length})`} head={["Vendor", "DPA", "BAA", "Named in", "Missing"]}>
      {links.map(({ name, through, dpa, baa, seen, problems }) => (
        <tr key={name}>
          <td className="wrap">
            {name}
            {through === null ? null : <div className="soft small">through {through}</div>}
          </td>
          <td data-head="DPA">{dpa.state}</td>
          <td data-head="BAA">{baa.state}</td>
          <td className="wrap" data-head="Named in">
            {seen.join(", ")}
          </td>
          <td className="wrap" data-head="Missing">
            {problems.join("; ")}
          </td>
        </tr>
      ))}
    </Panel>
  );
}

function Questions({ questions }: Pick<ComplianceReport, "questions">): ReactNode {
  return (
    <Panel
      id="questions"
      title="Questions to answer next, in compliance.yaml"
      head={["Fact", "Question", "May settle"]}
    >
      {questions.map(({ fact, question, type, decides }) => (
        <tr key={fact}>
          <td>{fact}</td>
          <td className="wrap">{question === "" ? type : question}</td>
          <td className="number" data-head="May settle">
            {decides}
          </td>
        </tr>
      ))}
    </Panel>
  );
}

function Panel({
  id,
  title,
  head,
  children,
}: {
  id: string;
  title: string;
  head: readonly string[];
  children: ReactNode;
}): ReactNode {
  return (
    <section className="panel stacked" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <DataTable label={title} head={head}>
        {children}
      </DataTable>
    </section>
  );
}
