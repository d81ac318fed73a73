import type { PipelineStage, StageFinding } from "../../../domain/data-pipeline.ts";
import { openArtefact } from "../storing/artefact-store.ts";
import { STAGES } from "./stages.ts";

/** What a person should know of what a stage decided over all rows, by its artefact; nothing of a stage that sees one row at a time. */
export async function stageFindings(folder: string): Promise<StageFinding[]> {
  const artefact = openArtefact(folder);
  const manifest = await artefact.manifest();
  if (manifest === undefined || manifest.decision === null) return [];
  const decision = await artefact.decision();
  if (decision === undefined) return [];
  return [...(await STAGES[manifest.spec.stage as PipelineStage["stage"]].findings(decision))];
}
