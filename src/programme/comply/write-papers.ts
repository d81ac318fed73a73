import { join } from "node:path";

import { atomicWriteAll } from "../../base/atomic-write-all.ts";
import { REPORT_FOLDER } from "../folder/report-folder.ts";
import { complyPapers, type PaperOptions, type ProgrammePapers } from "./comply-papers.ts";
import { paperFiles } from "./paper-files.ts";

/**
 * Fills the papers of a programme and writes their files, all or none.
 *
 * @param out  folder of the files; undefined: `report/papers` in the programme folder
 * @throws Failure as `complyPapers`; outside if the folder cannot be written
 */
export async function writePapers(
  dir: string,
  out: string | undefined,
  options: PaperOptions,
): Promise<ProgrammePapers> {
  const written = await complyPapers(dir, options);
  const folder = out ?? join(dir, REPORT_FOLDER, "papers");
  const files = await paperFiles(written);
  await atomicWriteAll(files.map(([name, content]) => [join(folder, name), content] as const));
  return written;
}
