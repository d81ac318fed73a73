import type { ReactNode } from "react";

import type { JudgeCard, JudgedScore } from "../../../domain/evaluation-judge.ts";
import { judgeMeasures } from "../../../report/evaluation-rows.ts";
import { DataTable } from "../data-table.tsx";
import { shownInterval, shownScore } from "./score-words.ts";
import type { Side } from "./sides.ts";

const METHODS: Readonly<Record<JudgedScore["headline"]["method"], string>> = {
  people: "human labels of every item",
  "ppi++": "PPI++",
  "rogan-gladen": "Rogan-Gladen",
  uncorrected: "uncorrected",
};

/** Scores of judges: the corrected values, and each judge compared with human labels. */
export function JudgePanels({ sides }: { sides: readonly Side[] }): ReactNode {
  return sides.flatMap(({ side, result: { judged } }) =>
    judged.map((score) => <JudgePanel key={`${side} ${score.scorer}`} side={side} score={score} />),
  );
}

function JudgePanel({ side, score }: { side: Side["side"]; score: JudgedScore }): ReactNode {
  const { scorer, headline, isAdmitted, reasons, prompt, mode, judges, against, agreement } = score;
  const id = `judges-${side}-${scorer}`;
  return (
    <section className="panel" aria-labelledby={id}>
      <h2 id={id}>
        {side === null ? "" : `${side}: `}Judges of {scorer}{" "}
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
          {mode === "pairwise" ? `, compared with ${against ?? "the reference"} in both orders` : ""}
          {agreement === null ? "" : `, Krippendorff's alpha of the judges ${agreement.toFixed(3)}`}
        </p>
        {reasons.map((reason) => (
          <p className="notice warn" key={reason}>
            {reason}
          </p>
        ))}
      </div>
      {judges.map((card) => (
        <Card
          key={card.judge}
          of={`${side === null ? "" : `${side}: `}${scorer}, `}
          card={card}
          isPair={mode === "pairwise"}
        />
      ))}
    </section>
  );
}

function Card({ of, card, isPair }: { of: string; card: JudgeCard; isPair: boolean }): ReactNode {
  const { judge, model, check, asked, withoutVerdict, flipped } = card;
  return (
    <>
      <p className="panel-body">
        <strong>{judge}</strong> ({model}): {asked} questions, {withoutVerdict} answers without a verdict
        {isPair ? `, ${flipped} verdicts changed with the order` : ""}
      </p>
      {check === null ? null : (
        <DataTable
          label={`${of}${judge} against ${check.labels} human labels of ${check.file}`}
          head={["Measure", "Value", "95 % interval", "Rows", "Threshold"]}
          numbers={[1, 2, 3]}
        >
          {judgeMeasures(check).map(([name, { value, interval, n }, threshold]) => (
            <tr key={name}>
              <td>{name}</td>
              <td className="number">{value === null ? "not measured" : shownScore(value)}</td>
              <td className="number">{interval === null ? "" : shownInterval(interval)}</td>
              <td className="number">{n}</td>
              <td>{threshold}</td>
            </tr>
          ))}
        </DataTable>
      )}
    </>
  );
}
