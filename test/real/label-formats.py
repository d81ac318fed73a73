"""Reads what Tunewright exported with the SDKs of Argilla and Label Studio and rewrites it as they do."""

import json
import sys

import argilla as rg
from argilla.records import Record
from label_studio_sdk.converter import Converter


def through_argilla(job):
    records = [Record.from_dict(each) for each in json.load(open(job["argilla"], encoding="utf8"))]
    json.dump([record.to_dict() for record in records], open(job["argilla"] + ".out", "w", encoding="utf8"))
    return len(records)


def through_label_studio(job):
    config = f'<View><Text name="text" value="$text"/>{job["control"]}</View>'
    converter = Converter(config, project_dir=None)
    tasks = json.load(open(job["studio"], encoding="utf8"))
    read = []
    for task in tasks:
        for annotation in task["annotations"]:
            # The converter knows each result by the control and the object of the labelling interface.
            for part in annotation["result"]:
                control = converter._schema[part["from_name"]]
                objects = [each["name"] if isinstance(each, dict) else each for each in control["to_name"]]
                assert part["to_name"] in objects, part
                assert part["type"] == control["type"].lower(), part
        kept = ("completed_by", "was_cancelled", "lead_time", "result")
        annotations = [{name: each[name] for name in kept} for each in task["annotations"]]
        read.append({"id": task["id"], "data": task["data"], "annotations": annotations})
    converter.convert(job["studio"], job["studio"] + ".csv", "CSV", is_dir=False)
    json.dump(read, open(job["studio"] + ".out", "w", encoding="utf8"))
    return len(read)


jobs = json.load(open(sys.argv[1], encoding="utf8"))
counts = [{"records": through_argilla(job), "tasks": through_label_studio(job)} for job in jobs]
print(json.dumps({"argilla": rg.__version__, "counts": counts}))
