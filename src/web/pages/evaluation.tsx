import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link, useParams } from "react-router";

import type { EvaluationView } from "../../domain/evaluation-list.ts";
import type { EvaluationResult } from "../../domain/evaluation-result.ts";
import { getJson } from "../api.ts";
import { DataTable } from "../parts/data-table.tsx";
import { BiasPanel } from "../parts/evaluations/bias-panel.tsx";
import { CostPanel } from "../parts/evaluations/cost-panel.tsx";
import { FingerprintsPanel } from "../parts/evaluations/fingerprints-panel.tsx";
import { GapsPanel } from "../parts/evaluations/gaps-panel.tsx";
import { Interval } from "../parts/evaluations/interval.tsx";
import { Item } from "../parts/evaluations/item.tsx";
import { JudgePanels } from "../parts/evaluations/judge-panel.tsx";
import { shownInterval, shownScore } from "../parts/evaluations/score-words.ts";
import { Page } from "../parts/page.tsx";
import { Tiles } from "../parts/tiles.tsx";
import { shownTime } from "../parts/words.ts";
import "../evaluations.css";

/** One evaluation: scores, distribution, slices, judges, unscored answers, cost, items, fingerprints. */
export default function EvaluationPage(): ReactNode {
  const { id = "" } = useParams();
  const reading = useQuery({
    queryKey: ["evaluations", id],
    queryFn: async () => getJson<EvaluationView>(`/evaluations/${encodeURIComponent(id)}`),
  });
  const result = reading.data?.result;
  return (
    <Page
      title={result === undefined ? "Evaluation" : `${result.target} on ${result.set.name}`}
      crumbs={<Link to="/evaluations">Evaluations</Link>}
      lead={
        result === undefined
          ? ""
          : `${result.evaluation}${result.benchmark === null ? "" : ` (${result.benchmark.title}, published file)`}, finished ${shownTime(result.finishedAt)}`
      }
      reading={reading}
    >
      {(view) => (
        <>
          <Scores view={view} />
          <JudgePanels sides={[{ side: null, result: view.result }]} />
          <Slices result={view.result} />
          <BiasPanel reports={view.bias} />
          <GapsPanel sides={[{ side: null, result: view.result }]} />
          <CostPanel sides={[{ side: null, result: view.result }]} />
          <Lowest view={view} />
          <FingerprintsPanel sides={[{ side: null, result: view.result }]} />
        </>
      )}
    </Page>
  );
}

function Scores({ view: { result, headline, bins } }: { view: EvaluationView }): ReactNode {
  const most = Math.max(1, ...bins.map(({ count }) => count));
  return (
    <section className="panel" aria-labelledby="scores">
      <h2 id="scores">Scores</h2>
      {result.isComplete ? null : <p className="notice warn">Not complete: {result.stopped}</p>}
      {headline === null ? null : (
        <Tiles
          tiles={[
            {
              term: headline.scorer,
              value: shownScore(headline.mean),
              detail: [shownInterval(headline.interval), headline.correction ?? ""]
                .filter((part) => part !== "")
                .join(", "),
            },
            { term: "Items", value: String(headline.n), detail: `${result.scores[0]?.errors ?? 0} without an answer` },
            { term: "Model", value: result.model ?? "file", detail: result.endpoint },
          ]}
        />
      )}
      <DataTable
        label="Scores"
        head={["Score", "Mean", "95 % interval", "Range", "Items", "Without an answer", "Unparsable"]}
        numbers={[1, 2, 4, 5, 6]}
      >
        {result.scores.map(({ scorer, mean, interval, n, errors, unparsable }) => (
          <tr key={scorer}>
            <td>{scorer}</td>
            <td className="number">{shownScore(mean)}</td>
            <td className="number">{shownInterval(interval)}</td>
            <td>
              <Interval value={mean} low={interval?.low} high={interval?.high} ends={[0, 1]} />
            </td>
            <td className="number">{n}</td>
            <td className="number">{errors}</td>
            <td className="number">{unparsable}</td>
          </tr>
        ))}
      </DataTable>
      <div className="panel-body">
        {result.judged.length === 0 ? null : <p className="soft small">Scores of judges are uncorrected here.</p>}
        <h3>Items by {headline?.scorer}</h3>
        <div className="bins">
          {bins.map(({ label, count }) => (
            <div key={label} style={{ display: "contents" }}>
              <span>{label}</span>
              <span className="bar" style={{ width: `${(100 * count) / most}%` }} aria-hidden="true" />
              <span className="number">{count}</span>
            </div>
          ))}
        </div>
      </div>
    </section>
  );
}

function Slices({ result: { slices, scores } }: { result: EvaluationResult }): ReactNode {
  if (slices.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="slices">
      <h2 id="slices">By slice</h2>
      <DataTable
        label={`${scores[0]?.scorer} by slice`}
        head={["Slice", "Items", scores[0]?.scorer ?? "", "95 % interval", "Range"]}
        numbers={[1, 2, 3]}
      >
        {slices.map(({ field, value, items, scores: [own] }) => (
          <tr key={`${field} ${value}`}>
            <td>
              {field} = {value}
            </td>
            <td className="number">{items}</td>
            <td className="number">{shownScore(own?.mean ?? null)}</td>
            <td className="number">{shownInterval(own?.interval ?? null)}</td>
            <td>
              <Interval value={own?.mean ?? null} low={own?.interval?.low} high={own?.interval?.high} ends={[0, 1]} />
            </td>
          </tr>
        ))}
      </DataTable>
    </section>
  );
}

function Lowest({ view: { result, lowest, below } }: { view: EvaluationView }): ReactNode {
  const name = result.scores[0]?.scorer ?? "";
  return (
    <section className="panel" aria-labelledby="lowest">
      <h2 id="lowest">Items with the lowest scores</h2>
      <div className="panel-body">
        <p className="soft small">
          {below === 0 ? `No item is below 1 in ${name}.` : `${lowest.length} of ${below} items below 1 in ${name}.`}
        </p>
        {lowest.map(({ id, scores, prompt, reference, answers }) => (
          <Item
            key={id}
            summary={`${id}: ${shownScore(scores[name] ?? null)}`}
            prompt={prompt}
            reference={reference}
            answers={answers.flatMap(({ answer, earlier, error, verdicts }, index) => [
              ...earlier.map((text, turn) => ({ name: `Answer in turn ${turn + 1}`, text })),
              { name: answers.length === 1 ? "Answer" : `Answer ${index + 1}`, text: answer ?? error ?? "no answer" },
              ...verdicts.map(({ judge, verdict, text }) => {
                return { name: `${judge}: ${verdict ?? "no verdict"}`, text };
              }),
            ])}
          />
        ))}
      </div>
    </section>
  );
}
