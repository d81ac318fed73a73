import type { PipelineStage } from "../../../domain/data-pipeline.ts";
import type { StageFinding } from "../../../domain/funnel.ts";
import { openArtefact } from "../storing/artefact-store.ts";
import { STAGES } from "./stages.ts";

/** Findings of a stage that decides over all rows, by its artefact; none for a stage that processes rows one by one. */
export async function stageFindings(folder: string): Promise<StageFinding[]> {
  const artefact = openArtefact(folder);
  const manifest = await artefact.manifest();
  if (manifest === undefined || manifest.decision === null) return [];
  const decision = await artefact.decision();
  if (decision === undefined) return [];
  return [...(await STAGES[manifest.spec.stage as PipelineStage["stage"]].findings(decision))];
}
