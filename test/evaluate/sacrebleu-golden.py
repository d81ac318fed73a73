"""Writes test/golden/sacrebleu.json: what sacreBLEU says of texts that are hard to cut into tokens. Needs sacrebleu 2.6."""

import json
import random
import sys

import sacrebleu
from sacrebleu.metrics import BLEU, CHRF

draw = random.Random(20261129)
WORDS = [
    "the", "cat", "sat", "on", "a", "mat", "1,000.50", "U.S.", "don't", "-5", "3-4", "&quot;", "&amp;", "&lt;b&gt;", "<skipped>",
    "end-\nof", "\n", "(x)", "[y]", "{z}", "~", "`code`", "@home", "50%", "\u20ac9", "\u4f60\u597d", "\u4e16\u754c\u3002", "\uff0c", "\uff21",
    "\u00e9t\u00e9", "na\u00efve", "\u0642\u0644\u0645", "\U00020000", "\U0001f600", "\u2014", "\u201cquoted\u201d", "\u00a0", "\u2028", "\x85", ".", ",", "!",
    "?", "a.b", "1.", ".5", "x,y", "2,b", "\u03b1\u03b2", "\u0661\u0662", "#1", "$", "\u00b1", "\u2264", "\u00bd", "_", "/",
]  # fmt: skip


def text():
    size = draw.choice([0, 1, 2, 3, 5, 8, 13, 21])
    return "".join(draw.choice(WORDS) + draw.choice([" ", " ", " ", "", "  "]) for _ in range(size))


def like(base):
    parts = base.split(" ")
    return " ".join(part if draw.random() < 0.7 else draw.choice(WORDS) for part in parts)


cases = []
for index in range(120):
    references = [text() for _ in range(draw.choice([1, 1, 1, 2, 3]))]
    answer = like(draw.choice(references)) if draw.random() < 0.8 else text()
    cases.append({"answer": answer, "references": references})
for case in cases:
    for tokeniser in ["13a", "intl", "zh", "char"]:
        metric = BLEU(tokenize=tokeniser, effective_order=True)
        case[tokeniser] = metric.sentence_score(case["answer"], case["references"]).score / 100
    case["chrf"] = CHRF().sentence_score(case["answer"], case["references"]).score / 100
    case["chrf++"] = CHRF(word_order=2).sentence_score(case["answer"], case["references"]).score / 100
single = [case for case in cases if len(case["references"]) == 1]
corpus = {
    tokeniser: BLEU(tokenize=tokeniser).corpus_score([c["answer"] for c in single], [[c["references"][0] for c in single]]).score / 100
    for tokeniser in ["13a", "intl", "zh", "char"]
}
with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump({"source": f"sacrebleu {sacrebleu.__version__}, test/evaluate/sacrebleu-golden.py", "corpus": corpus, "cases": cases}, file, indent=1)
    file.write("\n")
