import "./audit.css";

import type { ReactNode } from "react";
import { Link } from "react-router";

import type { AuditAnswer, AuditEvidence } from "../../../domain/audit.ts";
import type { AuditView } from "../../../domain/audit-view.ts";
import { shownWhole } from "../words.ts";
import { evidenceAddress } from "./evidence-address.ts";

const TONES = { high: "bad", medium: "warn", low: "" } as const;

/** State of a rule in a word: the severity of a finding, otherwise the state. */
export function AuditState({ answer: { state, severity } }: { answer: AuditAnswer }): ReactNode {
  if (severity !== null) return <span className={`state ${TONES[severity]}`}>{severity}</span>;
  return state === "pass" ? <span className="state good">passed</span> : <span className="state">not checkable</span>;
}

/** Title of a rule: the ten mistakes of the article with their number. */
export function mistakeTitle({ number, mistake }: AuditAnswer): string {
  const title = mistake.charAt(0).toUpperCase() + mistake.slice(1);
  return number === null ? title : `${number}. ${title}`;
}

/** One finding: what was found, its evidence, its price with the chain behind it, and the recommended action. */
export function Finding({ answer, links }: { answer: AuditAnswer } & Pick<AuditView, "links">): ReactNode {
  const { rule, text, evidence, action, dutyBreached } = answer;
  return (
    <article className="panel finding" aria-labelledby={rule}>
      <h3 id={rule}>
        {mistakeTitle(answer)} <AuditState answer={answer} />
        {dutyBreached ? <span className="state bad">duty breached</span> : null}
      </h3>
      <p>{text}</p>
      <dl>
        <dt>Evidence</dt>
        <dd>
          <EvidenceList evidence={evidence} links={links} />
        </dd>
        <dt>Price</dt>
        <dd>
          <Price answer={answer} />
        </dd>
        <dt>What to do</dt>
        <dd>
          <code className="do">{action}</code>
        </dd>
      </dl>
    </article>
  );
}

/** Places and their content; a place in the programme is a link. */
export function EvidenceList({
  evidence,
  links,
}: { evidence: readonly AuditEvidence[] } & Pick<AuditView, "links">): ReactNode {
  return (
    <ul className="evidence-list">
      {evidence.map(({ place, says }, index) => {
        const link = links[place];
        return (
          <li key={`${index} ${place}`}>
            {link === undefined ? <code>{place}</code> : <Link to={evidenceAddress(link)}>{place}</Link>}: {says}
          </li>
        );
      })}
    </ul>
  );
}

/** The price of a finding as a range, and its inputs. */
function Price({ answer: { price } }: { answer: AuditAnswer }): ReactNode {
  if (price === null) return null;
  if ("refused" in price) {
    return (
      <>
        No price: {price.refused}. <span className="soft">{price.hint}</span>
      </>
    );
  }
  const { p10, p50, p90, basis, sources } = price;
  return (
    <>
      {p10 === p90 ? shownWhole(p50) : `${shownWhole(p10)} to ${shownWhole(p90)}`} USD
      {p10 === p90 ? null : <span className="soft"> (median {shownWhole(p50)})</span>}
      <details>
        <summary>How it is computed</summary>
        <p>{basis}</p>
        <ul>
          {[...new Set(sources)].map((source) => (
            <li key={source} className="soft small">
              {source}
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}
