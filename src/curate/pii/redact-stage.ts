import type { ClassField, PiiProfile } from "../../domain/redact.ts";
import type { DatasetStage } from "../stage.ts";
import { decideClasses, summariseClasses } from "./operators/class-counts.ts";
import { classFindings } from "./operators/class-findings.ts";
import type { RedactSetup } from "./operators/redact-row.ts";
import { piiStage } from "./pii-stage.ts";

/** Decision over all rows. */
type Decision = { profile: PiiProfile; classes: ClassField[] };

/**
 * Redacts personal data like `piiStage`, but keeps the names of classes: if the answers of all rows are a closed set, a
 * name such as "Paris" in it is a class and no person. Findings state which names were kept, and which names of classes
 * were replaced because they identify somebody.
 */
export const redactStage: DatasetStage<RedactSetup> = {
  kind: "dataset",
  name: piiStage.name,
  version: piiStage.version,
  summarise: (rows) => summariseClasses(rows),
  decide: async ({ count, load }, setup) => {
    const summaries: Uint8Array[] = [];
    for (let shard = 0; shard < count; shard++) summaries.push(await load(shard));
    const decision: Decision = { profile: setup.options.profile, classes: decideClasses(summaries, setup) };
    return Buffer.from(JSON.stringify(decision));
  },
  findings: (decision) => {
    const { classes, profile } = readDecision(decision);
    return classFindings(classes, profile);
  },
  run: (rows, setup, { decision }) => piiStage.run(rows, { ...setup, classes: decidedClasses(decision) }),
};

/** Fields that hold classes, by a decision. */
export function decidedClasses(decision: Uint8Array): ClassField[] {
  return readDecision(decision).classes;
}

function readDecision(decision: Uint8Array): Decision {
  return JSON.parse(Buffer.from(decision).toString()) as Decision;
}
