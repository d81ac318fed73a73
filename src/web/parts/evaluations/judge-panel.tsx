import type { ReactNode } from "react";

import type { JudgeCard, JudgedScore } from "../../../domain/evaluation-judge.ts";
import { DataTable } from "../data-table.tsx";
import { shownInterval, shownScore } from "./score-words.ts";

const METHODS: Readonly<Record<JudgedScore["headline"]["method"], string>> = {
  people: "human labels of every item",
  "ppi++": "PPI++",
  "rogan-gladen": "Rogan-Gladen",
  uncorrected: "uncorrected",
};

/** A score of judges: the corrected value, and each judge compared with human labels. */
export function JudgePanel({ score }: { score: JudgedScore }): ReactNode {
  const { scorer, headline, isAdmitted, reasons, prompt, mode, judges } = score;
  const id = `judges-${scorer}`;
  return (
    <section className="panel" aria-labelledby={id}>
      <h2 id={id}>
        Judges of {scorer}{" "}
        <span className={`state ${isAdmitted ? "good" : "bad"}`}>{isAdmitted ? "admitted" : "not admitted"}</span>
      </h2>
      <div className="panel-body">
        <p>
          {shownScore(headline.value)} ({shownInterval(headline.interval)}), {METHODS[headline.method]}
          {headline.labels > 0 ? ` with ${headline.labels} labels` : ""}
          {headline.note === null ? "" : `: ${headline.note}`}
        </p>
        <p className="soft small">
          {mode}, {prompt.file}, version {prompt.version}, <code>{prompt.sha256.slice(0, 16)}</code>
        </p>
        {reasons.map((reason) => (
          <p className="notice warn" key={reason}>
            {reason}
          </p>
        ))}
      </div>
      {judges.map((card) => (
        <Card key={card.judge} card={card} isPair={mode === "pairwise"} />
      ))}
    </section>
  );
}

function Card({ card, isPair }: { card: JudgeCard; isPair: boolean }): ReactNode {
  const { judge, model, check, asked, withoutVerdict, flipped } = card;
  return (
    <>
      <p className="panel-body">
        <strong>{judge}</strong> ({model}): {asked} questions, {withoutVerdict} answers without a verdict
        {isPair ? `, ${flipped} verdicts changed with the order` : ""}
      </p>
      {check === null ? null : (
        <DataTable
          label={`${judge} against ${check.labels} human labels`}
          head={["Measure", "Value", "95 % interval", "Rows"]}
          numbers={[1, 2, 3]}
        >
          {(
            [
              ["Agreement", check.agreement],
              ["Kappa", check.kappa],
              ["Sensitivity", check.sensitivity],
              ["Specificity", check.specificity],
              ["Flips with the order", check.flipRate],
              ["Without a verdict", check.unparsable],
              ["Length effect", check.lengthEffect],
              ["Self-preference", check.selfPreference],
            ] as const
          ).map(([name, { value, interval, n }]) => (
            <tr key={name}>
              <td>{name}</td>
              <td className="number">{value === null ? "not measured" : shownScore(value)}</td>
              <td className="number">{interval === null ? "" : shownInterval(interval)}</td>
              <td className="number">{n}</td>
            </tr>
          ))}
        </DataTable>
      )}
    </>
  );
}
