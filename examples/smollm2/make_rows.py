"""Writes the rows of this example: make_rows.py FOLDER makes train, dev, preference and test in FOLDER/data.

Messages of dev and test name things that no training row names.
"""
import json
import random
import sys
from pathlib import Path

QUEUES = {
    "billing": ["I was charged twice for my {}", "The invoice for the {} shows the wrong amount", "Why did the price of my {} go up?"],
    "delivery": ["My {} has not arrived", "The courier left the {} with a neighbour", "Where is my {}? It is late"],
    "returns": ["I want to send the {} back", "How do I return a {}?", "The {} does not fit, please take it back"],
    "repair": ["The {} stopped working", "My {} is broken after one week", "The {} makes a loud noise"],
    "account": ["I cannot log in to order a {}", "Please delete my account, I only wanted a {}", "My password does not work and my {} is in the basket"],
    "sales": ["Do you have the {} in blue?", "Is the {} in stock?", "Which {} do you advise for a family of four?"],
}
SEEN = ["kettle", "lamp", "radio", "chair", "toaster", "printer", "tent", "bicycle", "jacket", "drill", "mixer", "clock"]
DEV = ["ladder", "guitar", "pillow"]
TEST = ["heater", "camera", "sofa", "blender", "scooter", "mower"]
ENDS = ["", " Thanks.", " Please answer soon.", " Order {}.", " I am not happy.", " Best regards, Kim"]
chance = random.Random(0)


def draw(items, count):
    for number in range(count):
        queue = list(QUEUES)[number % len(QUEUES)]
        text = chance.choice(QUEUES[queue]).format(chance.choice(items))
        text += chance.choice(ENDS).format(chance.randrange(1000, 9999))
        yield "Route this message to a queue. Message: " + text, json.dumps({"queue": queue}), queue


def turn(role, content):
    return [{"role": role, "content": content}]


folder = Path(sys.argv[1]) / "data"
folder.mkdir(parents=True, exist_ok=True)


def write(name, rows):
    (folder / (name + ".jsonl")).write_text("".join(json.dumps(row) + "\n" for row in rows))


train = list(draw(SEEN, 200))
write("train", [{"messages": turn("user", text) + turn("assistant", answer)} for text, answer, _ in train])
write("dev", [{"messages": turn("user", text) + turn("assistant", answer)} for text, answer, _ in draw(DEV, 24)])
write(
    "preference",
    [
        {
            "prompt": turn("user", text),
            "chosen": turn("assistant", answer),
            "rejected": turn("assistant", "Thank you for your message, it is about " + queue + "."),
        }
        for text, answer, queue in train[:60]
    ],
)
write("test", [{"id": "m%d" % k, "question": text, "answer": answer} for k, (text, answer, _) in enumerate(draw(TEST, 60))])
