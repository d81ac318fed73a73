import { basename, join } from "node:path";

import { Failure } from "../../base/failure.ts";
import { hashFile } from "../../base/hash-file.ts";
import type { AuditView } from "../../domain/audit-view.ts";
import { REPORT_FOLDER } from "../folder/report-folder.ts";
import { PROGRAMME_FILE } from "../reading/read-programme.ts";
import { readAudit, writeAudit } from "./audit-files.ts";
import { type AuditOptions, auditProgramme } from "./audit-programme.ts";
import { evidenceLinks } from "./evidence-links.ts";

/** The last audit of a programme, and where its evidence can be opened. */
export async function auditView(dir: string): Promise<AuditView> {
  const { audit, problem } = await readAudit(dir);
  return {
    programme: basename(dir),
    audit,
    problem,
    isCurrent: audit !== null && audit.programmeSha256 === (await programmeSha256(dir)),
    links: audit === null ? {} : await evidenceLinks(dir, audit),
  };
}

/** Audits a programme, writes the files into its report folder, and returns the new view. @throws Failure as `auditProgramme` */
export async function auditAgain(dir: string, options: AuditOptions): Promise<AuditView> {
  await writeAudit(join(dir, REPORT_FOLDER), { audit: await auditProgramme(dir, options), dir });
  return auditView(dir);
}

async function programmeSha256(dir: string): Promise<string | null> {
  try {
    return await hashFile(join(dir, PROGRAMME_FILE));
  } catch (error) {
    if (error instanceof Failure || (error instanceof Error && "code" in error)) return null;
    throw error;
  }
}
