import type { CycloneDxVersion } from "../../comply/ml-bom.ts";
import type { CompliancePaper } from "../../domain/compliance-paper.ts";
import type { ComplianceReport } from "../../domain/compliance.ts";
import type { ComplianceView, ComplyOptions } from "./compliance-view.ts";
import { complyShow } from "./comply-show.ts";
import { filledPapers } from "./filled-papers.ts";
import { type FormatFile, formatFiles } from "./format-files.ts";
import { type ProgrammeBom, programmeBom } from "./programme-bom.ts";

/** Input of `comply show`, plus name and version of the program. */
export type PaperOptions = ComplyOptions & {
  tool: string;
  /** Version of CycloneDX; default: 1.7. */
  bomVersion?: CycloneDxVersion | undefined;
};

/** Result of `comply papers`. */
export type ProgrammePapers = {
  papers: CompliancePaper[];
  bom: ProgrammeBom;
  report: ComplianceReport;
  /** The papers in formats of others, with the verdict on each. */
  formats: FormatFile[];
};

/**
 * The papers of a programme, filled from `programme.yaml`, `compliance.yaml` and the last data run: datasheet and model
 * card; Annexes XI and XII unless the owner is not a provider of a general-purpose model; drafts of the record and the
 * impact assessment of the GDPR unless it does not apply; a bill of materials as CycloneDX; the public summary of
 * training content unless the programme is outside the scope of the AI Act; the HIPAA report on de-identification
 * unless HIPAA does not apply.
 *
 * @throws Failure as `complyShow`
 */
export async function complyPapers(dir: string, options: PaperOptions): Promise<ProgrammePapers> {
  return papersOf(dir, await complyShow(dir, options), options);
}

/** The papers of a programme whose duties are known. */
export async function papersOf(dir: string, view: ComplianceView, options: PaperOptions): Promise<ProgrammePapers> {
  const { report, loaded } = view;
  const { papers, data } = await filledPapers(dir, view, options);
  const { owner = null, model } = loaded.programme;
  return {
    report,
    papers,
    formats: formatFiles(papers, { tool: options.tool, owner, base: model.base }),
    bom: await programmeBom(view, data, options),
  };
}
