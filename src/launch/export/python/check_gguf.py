"""Reads a GGUF file back: check_gguf.py MODEL FILE.gguf. MODEL is the folder of safetensors that it was written from.

Every tensor must be decodable and finite, and all together must have the model's parameters and their sum of squares, which
no reordering of rows changes. Prints one JSON line; `problem` is null if nothing is wrong. Needs gguf and safetensors.
"""
import json
import math
import sys
from pathlib import Path

import gguf
import numpy
from safetensors import safe_open

# Share by which the sums of squares may differ: 8 bits in blocks of 32 are off by less
TOLERANCE = 0.01


def squares(value):
    return float(numpy.square(value.astype(numpy.float64)).sum())


def main():
    model, path = Path(sys.argv[1]), sys.argv[2]
    written = {"tensors": 0, "parameters": 0, "problem": None}
    found = 0.0
    try:
        for tensor in gguf.GGUFReader(path).tensors:
            if tensor.name.startswith("rope_freqs"):
                continue  # computed by llama.cpp's converter from the configuration
            value = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
            if not numpy.isfinite(value).all():
                written["problem"] = "%s has a value that is not finite" % tensor.name
            written["tensors"] += 1
            written["parameters"] += value.size
            found += squares(value)
    except (ValueError, KeyError, IndexError) as error:
        written["problem"] = "it cannot be read: %s" % error
    expected, parameters = 0.0, 0
    for part in sorted(model.glob("*.safetensors")):
        with safe_open(part, framework="pt") as weights:
            for name in weights.keys():
                value = weights.get_tensor(name).float().numpy()
                parameters += value.size
                expected += squares(value)
    if written["problem"] is None and written["parameters"] != parameters:
        written["problem"] = "it has %d parameters, the model %d" % (written["parameters"], parameters)
    if written["problem"] is None and not math.isclose(found, expected, rel_tol=TOLERANCE):
        written["problem"] = "its weights have the sum of squares %.6g, those of the model %.6g" % (found, expected)
    print(json.dumps(written))


main()
