import type { StageFinding } from "../../domain/funnel.ts";
import type { ClassField, PiiProfile, ScriptRows } from "../../domain/redact.ts";
import type { DatasetStage } from "../stage.ts";
import { decideClasses, summariseClasses } from "./operators/class-counts.ts";
import { classFindings } from "./operators/class-findings.ts";
import type { RedactSetup } from "./operators/redact-row.ts";
import { addScripts, countScripts, scriptFindings } from "./operators/script-counts.ts";
import { piiStage } from "./pii-stage.ts";

/** Facts about all rows that redaction needs or reports. */
export type RedactDecision = { profile: PiiProfile; classes: ClassField[]; scripts: ScriptRows[] };

/** Part of a summary with the counts of scripts; the first has the values that may be classes. */
const SCRIPTS_PART = 1;

/**
 * Redacts personal data like `piiStage`, but keeps the names of classes: if the answers of all rows are a closed set, a
 * name such as "Paris" in it is a class and no person. Findings state which names were kept, which names of classes were
 * replaced because they identify somebody, and how many rows are in scripts whose names no list contains.
 */
export const redactStage: DatasetStage<RedactSetup> = {
  kind: "dataset",
  name: piiStage.name,
  version: piiStage.version,
  summarise: (rows, { options }) => [
    summariseClasses(rows),
    Buffer.from(JSON.stringify(countScripts(rows, options.textField))),
  ],
  decide: async ({ count, load }, setup) => {
    const classes: Uint8Array[] = [];
    const scripts: ScriptRows[][] = [];
    for (let shard = 0; shard < count; shard++) {
      classes.push(await load(shard));
      scripts.push(JSON.parse(Buffer.from(await load(shard, SCRIPTS_PART)).toString()) as ScriptRows[]);
    }
    const hasModel = setup.models !== undefined && setup.models.length > 0;
    const decision: RedactDecision = {
      profile: setup.options.profile,
      classes: decideClasses(classes, setup),
      scripts: hasModel ? [] : addScripts(scripts),
    };
    return Buffer.from(JSON.stringify(decision));
  },
  findings: (decision) => redactFindings(readDecision(decision)),
  run: (rows, setup, { decision }) => piiStage.run(rows, { ...setup, classes: readDecision(decision).classes }),
};

/** Findings on the facts about all rows. */
export function redactFindings({ classes, scripts, profile }: RedactDecision): StageFinding[] {
  return [...classFindings(classes, profile), ...scriptFindings(scripts, profile)];
}

/** Reads a decision of the stage. */
export function readDecision(decision: Uint8Array): RedactDecision {
  return JSON.parse(Buffer.from(decision).toString()) as RedactDecision;
}
