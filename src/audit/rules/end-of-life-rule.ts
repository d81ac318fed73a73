import { isoDay } from "../../base/clock.ts";
import { commandLine } from "../../base/command-line.ts";
import type { AuditEvidence } from "../../domain/audit.ts";
import type { ModelLifecycle } from "../../domain/model-lifecycle.ts";
import type { AuditFacts } from "../facts.ts";
import type { HostedModel } from "../found-facts.ts";
import { noPrice, type Rule } from "../rule.ts";
import { NEAR_END_DAYS } from "../thresholds.ts";

/** The event of a statement, as the words before its day. */
const ENDS: Readonly<Record<ModelLifecycle["kind"], string>> = {
  training: "takes no new tuning jobs from",
  deployment: "stops answering with tuned models on",
  api: "stops answering on",
  superseded: "superseded in",
  "none-published": "no end published",
};

/** Rule 9: the base model is superseded, or a hosted model in use ends soon. Weights themselves do not expire. */
export const baseEndOfLife: Rule = {
  id: "base-end-of-life",
  number: 9,
  mistake: "base near its end of life",
  check: (facts) => {
    const { lifecycle, hosted, study, place, programme, migration, shownDir } = facts;
    const base = { place: place(["model", "base"]), says: programme.model.base };
    const evidence: [AuditEvidence, ...AuditEvidence[]] = [
      base,
      ...lifecycle.map(lifecycleEvidence),
      ...hosted.flatMap(({ model, use, place: at, ends }) => [
        { place: at, says: `${model}: ${use}` },
        ...ends.map(lifecycleEvidence),
      ]),
    ];
    const month = study.generatedOn.slice(0, 7);
    const superseded = lifecycle.filter(({ kind, date }) => kind === "superseded" && date <= month);
    const ending = hosted.filter(({ ends }) => nearEnds(ends, study.generatedOn).length > 0);
    if (superseded.length === 0 && ending.length === 0) return notNear(facts, evidence);
    const isMigration = superseded.length > 0 || ending.some(({ isTuned }) => isTuned);
    return {
      state: "finding",
      text: [
        ...superseded.map(
          ({ date }) => `The base is near its end of life: superseded in ${date}. Its weights stay usable.`,
        ),
        ...ending.map((model) => hostedText(model, study.generatedOn)),
        ...(isMigration
          ? ["The price is that of a migration: training runs, people for one retraining, and evaluation again."]
          : []),
      ].join(" "),
      evidence,
      price: isMigration
        ? migration
        : noPrice(
            "what it costs to move the remaining traffic to another model is not in the folder",
            "go live before that day, or set today.api to the model that follows",
          ),
      action: [
        ...(superseded.length === 0
          ? []
          : [commandLine(["watch", "migrate", shownDir, "--to", superseded[0]!.successor ?? "MODEL"])]),
        ...ending.map(({ isTuned, model, ends }) => {
          const day = nearEnds(ends, study.generatedOn)
            .map(({ date }) => date)
            .toSorted()[0]!;
          return isTuned
            ? `choose a model with a later end than ${model} for tuning`
            : `go live before ${day}, or choose the model that follows ${model}`;
        }),
      ].join("; "),
    };
  },
};

/** The answer if nothing ends soon: it is a pass only if a source says something about the base. */
function notNear(
  { lifecycle, hosted, study }: AuditFacts,
  evidence: [AuditEvidence, ...AuditEvidence[]],
): ReturnType<Rule["check"]> {
  const known = hosted.filter(({ ends }) => ends.length > 0).map(({ model }) => model);
  const also = known.length === 0 ? "" : ` No source ends ${known.join(" or ")} within six months.`;
  if (lifecycle.length === 0) {
    return {
      state: "not-checkable",
      text: `Not checkable, because the catalogue has no dated statement about ${study.model.shapeOf}.${also}`,
      action: "read the publisher's page",
      evidence,
    };
  }
  return { state: "pass", text: `No source in the catalogue states that it is superseded or ended.${also}`, evidence };
}

/** Ends of a hosted model that have passed or are near; a day that several sources name counts once. */
function nearEnds(ends: readonly ModelLifecycle[], on: string): ModelLifecycle[] {
  const until = isoDay(new Date(Date.parse(on) + NEAR_END_DAYS * 86_400_000));
  const near = ends.filter(({ kind, date }) => kind !== "none-published" && date !== "" && date <= until);
  return near.filter(
    (row, index) => index === near.findIndex(({ kind, date }) => kind === row.kind && date === row.date),
  );
}

/** A sentence about the near ends of a hosted model; sources that disagree are all named. */
function hostedText({ model, use, ends }: HostedModel, on: string): string {
  const near = nearEnds(ends, on);
  const kinds = [...new Set(near.map(({ kind }) => kind))];
  const phrases = kinds.map((kind) => {
    const days = near.filter((row) => row.kind === kind).map(({ date }) => date);
    return `${ENDS[kind]} ${days.join(" or ")}${days.length > 1 ? " (sources disagree)" : ""}`;
  });
  return `${model} (${use}) ${phrases.join(", and ")}.`;
}

/** A dated statement as evidence. */
export function lifecycleEvidence(row: ModelLifecycle): AuditEvidence {
  const { line, modelId, kind, date, provider, source, note, readOn } = row;
  const end = kind === "none-published" ? ENDS[kind] : `${ENDS[kind]} ${date}`;
  return {
    place: `model-lifecycle.csv, line ${line}`,
    says: `${provider}: ${modelId} ${end}; ${note === "" ? source : `${source}; ${note}`} (read on ${readOn})`,
  };
}
