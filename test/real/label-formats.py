"""Reads what Tunewright exported with the SDKs of Argilla and Label Studio and rewrites it as they do."""

import json
import sys

import argilla as rg
from argilla.records import Record
from label_studio_sdk.converter import Converter

argilla_in, argilla_out, studio_in, studio_out = sys.argv[1:5]

records = [Record.from_dict(each) for each in json.load(open(argilla_in, encoding="utf8"))]
json.dump([record.to_dict() for record in records], open(argilla_out, "w", encoding="utf8"))

config = """<View>
  <Text name="text" value="$text"/>
  <Choices name="label" toName="text"><Choice value="calm"/><Choice value="upset"/><Choice value="angry"/></Choices>
</View>"""
converter = Converter(config, project_dir=None)
tasks = json.load(open(studio_in, encoding="utf8"))
read = []
for task in tasks:
    for annotation in task["annotations"]:
        result = annotation["result"]
        # The converter knows each result by the control and the object of the labelling interface.
        for part in result:
            assert part["from_name"] in converter._schema, part
            assert part["to_name"] in [each["name"] if isinstance(each, dict) else each for each in converter._schema[part["from_name"]]["to_name"]], part
    read.append(
        {
            "id": task["id"],
            "data": task["data"],
            "annotations": [
                {
                    "completed_by": each["completed_by"],
                    "was_cancelled": each["was_cancelled"],
                    "lead_time": each["lead_time"],
                    "result": each["result"],
                }
                for each in task["annotations"]
            ],
        }
    )
converter.convert(studio_in, studio_out + ".csv", "CSV", is_dir=False)
json.dump(read, open(studio_out, "w", encoding="utf8"))
print(json.dumps({"argilla": rg.__version__, "records": len(records), "tasks": len(read)}))
