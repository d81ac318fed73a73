import { commandLine } from "../../base/command-line.ts";
import { AuditImport, AuditImportRequest } from "../../domain/audit-import.ts";
import { defineCommand } from "../command.ts";

/** `tunewright audit import`: drafts a programme from a company's existing files. */
export default defineCommand({
  description:
    "Draft a programme from the files of a project that did not use Tunewright: training configurations, Slurm scripts, trainer states, datasets, evaluation results (also logs of Inspect), runs of an MLflow server, a folder mlruns or an export of W&B, and bills. Writes programme.yaml with the origin of every field, and lists the questions whose answers change the cost most. Sources are copied into the folder. The draft is then audited with tunewright audit.",
  args: ["source"],
  options: AuditImportRequest,
  output: AuditImport,
  examples: ["audit import configs mlruns bill.csv --out audited"],
  run: async (io, request) => {
    const { auditImport } = await import("../../programme/audit/import/audit-import.ts");
    const { importText } = await import("../../audit/import-text.ts");
    const result = await auditImport(io, request);
    const next =
      result.problem === null
        ? commandLine(["audit", request.out])
        : `correct ${request.out}/programme.yaml, then ${commandLine(["audit", request.out])}`;
    return { json: result, text: () => importText(result), next };
  },
});
