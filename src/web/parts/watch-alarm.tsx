import type { ReactNode } from "react";

import type { AlarmMark, WatchAlarm, WatchExample } from "../../domain/watch-check.ts";
import { shownChange, shownSignal } from "./watch-words.ts";

/**
 * An alarm with its evidence: size, start, cause, recommended action, examples of both sides, and people's decisions.
 */
export function Alarm({ alarm, marks }: { alarm: WatchAlarm; marks: readonly AlarmMark[] }): ReactNode {
  const { unit, interval, slice } = alarm;
  return (
    <article className="alarm" aria-labelledby={`alarm-${alarm.id}`}>
      <h3 id={`alarm-${alarm.id}`}>
        {alarm.label}
        {slice === null ? "" : ` (${slice.by} ${slice.value})`}: {shownSignal(unit, alarm.reference)} →{" "}
        {shownSignal(unit, alarm.value)}{" "}
        <span className={`state ${alarm.isOver ? "good" : "bad"}`}>{alarm.isOver ? "over" : "open"}</span>
      </h3>
      <p>
        Change {shownChange(unit, alarm.change)} (95 % interval {shownChange(unit, interval.low)} to{" "}
        {shownChange(unit, interval.high)}), since {alarm.since}, raised by the batch of {alarm.raisedBy}.
      </p>
      <p>Likely cause: {alarm.cause}.</p>
      <ul>
        {alarm.advice.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <details>
        <summary>Examples of both sides, after redaction</summary>
        <Examples title="Before" examples={alarm.examples.before} />
        <Examples title="Since the change" examples={alarm.examples.after} />
      </details>
      {marks.map((mark) => (
        <p className="small" key={mark.at}>
          {mark.kind === "mute" ? `Muted until ${mark.until}` : "Acknowledged"} on {mark.at.slice(0, 10)}: {mark.reason}
        </p>
      ))}
      <pre className="small" tabIndex={0}>{`tunewright watch mark ${alarm.id} --reason "..."`}</pre>
    </article>
  );
}

function Examples({ title, examples }: { title: string; examples: readonly WatchExample[] }): ReactNode {
  return (
    <>
      <h4>{title}</h4>
      {examples.length === 0 ? <p className="soft small">No texts are kept.</p> : null}
      <ul className="examples">
        {examples.map(({ id, day, prompt, answer }) => (
          <li key={id}>
            <span className="soft small">{day}</span> {prompt}
            <blockquote>{answer}</blockquote>
          </li>
        ))}
      </ul>
    </>
  );
}
