import { optional, readFields, required } from "./fields.ts";

/** The id of a run under its current name and its name before 1.0; clients send both. */
export const RUN_ID = { run_id: optional("text"), run_uuid: optional("text") } as const;

/** @throws TrackFailure INVALID_PARAMETER_VALUE if there is none */
export function requireRunId(request: { run_id: string | undefined; run_uuid: string | undefined }): string {
  const run_id = request.run_id || request.run_uuid;
  return readFields({ run_id }, { run_id: required("text") }).run_id;
}
