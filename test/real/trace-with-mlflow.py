"""Traces with the official client: spans, feedback, expectations, and searches for them. Prints what it read back."""

import json

import mlflow
from mlflow.entities import AssessmentSource, SpanType

mlflow.set_experiment("traced")
human = AssessmentSource(source_type="HUMAN", source_id="ada")


@mlflow.trace(name="answer", span_type=SpanType.LLM, attributes={"model": "small"})
def answer(question):
    return question.upper()


ids = []
for question in ("first", "second"):
    answer(question)
    mlflow.flush_trace_async_logging(terminate=False)
    ids.append(mlflow.get_last_active_trace_id())
first, second = ids
score = mlflow.log_feedback(trace_id=first, name="score", value=0.9, source=human, rationale="clear")
mlflow.log_feedback(trace_id=second, name="score", value=0.2, source=human)
mlflow.log_expectation(trace_id=first, name="expected", value={"text": "FIRST"}, source=human)
mlflow.set_trace_tag(first, "team", "legal")


def found(filter_string):
    traces = mlflow.search_traces(filter_string=filter_string, return_type="list")
    return sorted(["first", "second"][ids.index(trace.info.trace_id)] for trace in traces)


answered = {
    "all": found(None),
    "good": found("feedback.score > 0.5"),
    "llm": found("span.type = 'LLM' AND span.attributes.model = 'small'"),
    "text": found("trace.text LIKE '%second%'"),
    "team": found("tags.team = 'legal'"),
}
trace = mlflow.get_trace(first)
answered["assessments"] = sorted([each.name, each.value] for each in trace.info.assessments)
updated = mlflow.update_assessment(
    trace_id=first,
    assessment_id=score.assessment_id,
    assessment=mlflow.entities.Feedback(name="score", value=0.1, source=human),
)
answered["updated"] = [updated.value, found("feedback.score > 0.5")]
mlflow.delete_assessment(trace_id=first, assessment_id=score.assessment_id)
answered["left"] = [each.name for each in mlflow.get_trace(first).info.assessments]
print(json.dumps(answered))
