import {
  createAssessment,
  deleteAssessment,
  getAssessment,
  updateAssessment,
} from "../../../track/traces/assessments.ts";
import type { Redact } from "../../../track/traces/redact.ts";
import { removeTraceTag, setTraceTag } from "../../../track/traces/traces.ts";
import { required } from "../../mlflow/fields.ts";
import type { MlflowApi } from "../../mlflow/mlflow-api.ts";
import { readAssessment, readChange, wireAssessment } from "../../mlflow/wire-assessments.ts";

const KEY = { trace_id: required("text"), assessment_id: required("text") } as const;

/**
 * Assessments of traces by people, judges and programs, below `/api/3.0/mlflow`: `mlflow.log_feedback` and its like.
 */
export function addAssessmentRoutes(api: MlflowApi): void {
  const { store, now, redactor } = api.context;
  const writing = (): { redact: Redact; nowMs: number } => ({
    redact: redactor.text,
    nowMs: now().getTime(),
  });
  api.add("POST traces/:trace_id/assessments", {
    fields: { trace_id: required("text"), assessment: required("object") },
    answer: async ({ trace_id, assessment }) => {
      const created = await createAssessment(store, readAssessment(trace_id, assessment), writing());
      return { assessment: wireAssessment(created) };
    },
  });
  api.add("GET traces/:trace_id/assessments/:assessment_id", {
    fields: KEY,
    answer: async ({ trace_id, assessment_id }) => ({
      assessment: wireAssessment(await getAssessment(store, trace_id, assessment_id)),
    }),
  });
  api.add("PATCH traces/:trace_id/assessments/:assessment_id", {
    fields: { ...KEY, assessment: required("object"), update_mask: required("text") },
    answer: async ({ trace_id: traceId, assessment_id: assessmentId, assessment, update_mask }) => {
      const change = readChange(assessment, update_mask);
      return {
        assessment: wireAssessment(await updateAssessment(store, { traceId, assessmentId, change }, writing())),
      };
    },
  });
  api.add("DELETE traces/:trace_id/assessments/:assessment_id", {
    fields: KEY,
    answer: async ({ trace_id, assessment_id }) => {
      await deleteAssessment(store, trace_id, assessment_id);
      return {};
    },
  });
}

/** Tags of a trace, below `/api/2.0/mlflow`, where the client still sends them. */
export function addTraceTagRoutes(api: MlflowApi): void {
  const { store } = api.context;
  api.add("PATCH traces/:trace_id/tags", {
    fields: { trace_id: required("text"), key: required("text"), value: required("text") },
    answer: async ({ trace_id, key, value }) => {
      await setTraceTag(store, trace_id, { key, value });
      return {};
    },
  });
  api.add("DELETE traces/:trace_id/tags", {
    fields: { trace_id: required("text"), key: required("text") },
    answer: async ({ trace_id, key }) => {
      await removeTraceTag(store, trace_id, key);
      return {};
    },
  });
}
