import { textTable } from "../base/text-table.ts";
import { formatNumber } from "../base/units.ts";
import { counted, percent, whole } from "../base/words.ts";
import type { CheckedSignal, WatchAlarm, WatchCheck, WatchExample } from "../domain/watch-check.ts";
import { FEWEST_LABELS } from "./corrected-series.ts";
import { changeValue, intervalText, signalValue } from "./comparison-text.ts";

/** Text of a check: the data examined, the signals, the alarms with their evidence. */
export function checkText(check: WatchCheck): string {
  const { reference, watched } = check;
  const muted = new Set(check.marks.filter(({ kind }) => kind === "mute").map(({ alarm }) => alarm));
  return [
    `${check.watch}: ${counted(check.requests, "request")}`,
    `reference ${reference.from} to ${reference.to}: ${counted(reference.batches, check.batch)}, ${whole(reference.rows)} requests`,
    watched.from === null
      ? `watched: no ${check.batch} yet`
      : `monitored from ${watched.from}: ${counted(watched.batches, check.batch)}, ${whole(watched.rows)} requests`,
    check.threshold === null
      ? "threshold: none"
      : `threshold ${check.threshold.toFixed(2)}: a false alarm in any of ${check.series} series in at most ${percent(check.falseAlarms)} of years (${check.looks} looks)`,
    ...(check.selfTest === null
      ? []
      : [
          `self-test: ${check.selfTest.alarms} of ${check.selfTest.splits} random halves of the reference alarm on each other`,
        ]),
    "",
    signalTable(check.signals),
    "",
    ...check.alarms.flatMap((alarm) => [...alarmLines(alarm, muted.has(alarm.id)), ""]),
    ...check.notWatched.map(({ what, reason }) => `not watched: ${what}: ${reason}`),
    ...check.signals.flatMap(correctionLine),
    ...check.notes.map((note) => `note: ${note}`),
    ...(check.signals.some(({ signal }) => signal === "input")
      ? [`note: the distance of prompts rests on ${check.embedding}`]
      : []),
  ].join("\n");
}

function correctionLine({ label, corrected }: CheckedSignal): string[] {
  if (corrected === null) return [];
  return [
    `${label}: corrected by ${whole(corrected.labels)} human labels in the reference, weight of the verdicts ${corrected.weight.toFixed(2)} (PPI++); no alarm from fewer than ${FEWEST_LABELS} labels in a window`,
  ];
}

function signalTable(signals: readonly CheckedSignal[]): string {
  return textTable(
    [
      { head: "signal" },
      { head: "slice" },
      { head: "reference", align: "right" },
      { head: "last", align: "right" },
      { head: "statistic", align: "right" },
      { head: "detectable", align: "right" },
      { head: "state" },
    ],
    signals.map((signal) => [
      signal.label,
      signal.slice === null ? "all" : signal.slice.value,
      signalValue(signal.unit, signal.reference),
      signal.last === null ? "-" : signalValue(signal.unit, signal.last),
      statisticText(signal.batches.at(-1)?.statistic ?? null),
      signal.detectable === null ? "-" : changeValue(signal.unit, signal.detectable),
      signal.state,
    ]),
  );
}

function statisticText(statistic: number | null): string {
  return statistic === null ? "-" : formatNumber(statistic, 3);
}

function alarmLines(alarm: WatchAlarm, isMuted: boolean): string[] {
  const state = [alarm.isOver ? "over" : "", isMuted ? "muted" : ""].filter((part) => part !== "").join(", ");
  const slice = alarm.slice === null ? "" : ` (${alarm.slice.by} ${alarm.slice.value})`;
  return [
    `alarm ${alarm.id}${state === "" ? "" : ` [${state}]`}: ${alarm.label}${slice} ${signalValue(alarm.unit, alarm.reference)} -> ${signalValue(alarm.unit, alarm.value)}`,
    `  change ${changeValue(alarm.unit, alarm.change)}, 95 % interval ${intervalText(alarm.unit, alarm.interval)}; statistic ${statisticText(alarm.statistic)} over ${alarm.threshold.toFixed(2)}`,
    `  since ${alarm.since}, raised by the batch of ${alarm.raisedBy}`,
    `  likely cause: ${alarm.cause}`,
    ...alarm.advice.map((text) => `  - ${text}`),
    ...exampleLines("before", alarm.examples.before),
    ...exampleLines("after", alarm.examples.after),
  ];
}

function exampleLines(side: string, examples: readonly WatchExample[]): string[] {
  if (examples.length === 0) return [`  ${side}: no texts are kept`];
  return examples.map(({ day, prompt, answer }) => `  ${side} ${day}: ${short(prompt)} => ${short(answer)}`);
}

/** Maximum number of characters of a text in a line of an example. */
const SHORT = 90;

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return JSON.stringify(line.length <= SHORT ? line : `${line.slice(0, SHORT - 1)}…`);
}
