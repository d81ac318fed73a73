"""Trains a tiny BERT that marks names, places and bodies in made-up sentences, exports it to ONNX, and writes what Hugging
Face's pipeline says of 50 other texts: the spans that Tunewright must find with the same folder.

    python train-ner.py FOLDER

Needs torch, transformers, tokenizers, onnx. About a minute on one core; nothing is downloaded.
"""
import json
import os
import random
import sys

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import BertConfig, BertForTokenClassification, PreTrainedTokenizerFast, pipeline

folder = sys.argv[1]
os.makedirs(os.path.join(folder, "onnx"), exist_ok=True)
random.seed(1)
torch.manual_seed(1)
torch.set_num_threads(1)

FIRST = "Anna Luis Chloé Zoë Omar Ingrid Tomás Yuki Pavel Fatima Renée Björn".split()
LAST = "Novak García Müller Okafor Lindqvist Tanaka Dubois Şahin Rossi O'Neil Smith-Jones Łukasz".split()
TOWNS = "Oslo Lima Kraków Lagos Porto Kyoto Malmö Quito Zürich Denver".split()
BODIES = ["Acme Corp", "Blue River Bank", "Norddata AG", "Café Étoile", "Helix Labs"]
FRAMES = [
    "{p} lives in {l} .", "I met {p} at {o} , near {l} !", "{o} hired {p} ; she moved to {l} .", "Call {p} ( {l} ) .",
    "{p} , {p} and {p} work for {o} .", "The river is cold today .", "“ {p} ” wrote to {o} — twice .", "We saw 3 dogs 🐕 with {p} in {l} .",
    "Nothing was said 你好 about it .", "{l} - {l} : {p}",
]
LABELS = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG"]


def sentence(rng):
    words, labels = [], []
    for part in rng.choice(FRAMES).split():
        kind = {"{p}": "PER", "{l}": "LOC", "{o}": "ORG"}.get(part)
        value = {"{p}": f"{rng.choice(FIRST)} {rng.choice(LAST)}", "{l}": rng.choice(TOWNS), "{o}": rng.choice(BODIES)}.get(part, part).split()
        words += value
        labels += ["O"] * len(value) if kind is None else [f"B-{kind}"] + [f"I-{kind}"] * (len(value) - 1)
    return words, labels


rng = random.Random(2)


def passage(rng):
    parts = [sentence(rng) for _ in range(rng.randrange(1, 5))]
    return sum((words for words, _ in parts), []), sum((labels for _, labels in parts), [])


train = [passage(rng) for _ in range(2000)]

raw = Tokenizer(models.WordPiece(unk_token="[UNK]"))
raw.normalizer = normalizers.BertNormalizer(lowercase=True)
raw.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
raw.decoder = decoders.WordPiece()
raw.train_from_iterator([" ".join(words) for words, _ in train[:400]],
                        trainers.WordPieceTrainer(vocab_size=180, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]"]))
raw.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[
    ("[CLS]", raw.token_to_id("[CLS]")), ("[SEP]", raw.token_to_id("[SEP]"))])
tokenizer = PreTrainedTokenizerFast(tokenizer_object=raw, unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]",
                                    sep_token="[SEP]", model_max_length=64)
tokenizer.save_pretrained(folder)

config = BertConfig(vocab_size=len(tokenizer), hidden_size=48, num_hidden_layers=2, num_attention_heads=4, intermediate_size=96,
                    max_position_embeddings=64, num_labels=len(LABELS), id2label=dict(enumerate(LABELS)),
                    label2id={name: at for at, name in enumerate(LABELS)}, attn_implementation="eager")
model = BertForTokenClassification(config)
optimiser = torch.optim.AdamW(model.parameters(), lr=2e-3)
for step in range(400):
    batch = rng.sample(train, 24)
    coded = tokenizer([words for words, _ in batch], is_split_into_words=True, padding=True, truncation=True, return_tensors="pt")
    target = torch.full(coded["input_ids"].shape, -100)
    for row, (_, labels) in enumerate(batch):
        for at, word in enumerate(coded.word_ids(row)):
            if word is not None:
                label = labels[word]
                if at > 0 and coded.word_ids(row)[at - 1] == word and label != "O":
                    label = "I-" + label[2:]
                target[row, at] = LABELS.index(label)
    loss = model(**coded, labels=target).loss
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
print("loss", round(float(loss.detach()), 4), file=sys.stderr)
model.eval()
model.save_pretrained(folder)


class Logits(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask, token_type_ids):
        return self.model(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids).logits


names = ["input_ids", "attention_mask", "token_type_ids"]
example = tokenizer(["Anna Novak lives in Oslo .", "Oslo"], padding=True, return_tensors="pt", return_token_type_ids=True)
axes = {name: {0: "batch", 1: "tokens"} for name in [*names, "logits"]}
path = os.path.join(folder, "onnx", "model.onnx")
torch.onnx.export(Logits().eval(), tuple(example[name] for name in names), path, input_names=names, output_names=["logits"],
                  dynamic_axes=axes, opset_version=17, dynamo=False)

rng = random.Random(3)
texts = [" ".join(sentence(rng)[0]) for _ in range(30)]
texts += [" ".join(" ".join(sentence(rng)[0]) for _ in range(rng.randrange(8, 40))) for _ in range(14)]
texts += ["", "   ", "Šárka Þórsdóttir from Reykjavík", "anna novak\n\tlives in OSLO!!!", "🐕🐕 Luis García🐕 Lima", "你好 Yuki Tanaka東京 x́ ́ Porto"]
model.eval()
ner = pipeline("ner", model=model, tokenizer=tokenizer, aggregation_strategy="simple", stride=16, device="cpu")
units = lambda text, at: len(text[:at].encode("utf-16-le")) // 2
with open(os.path.join(folder, "expected.jsonl"), "w", encoding="utf-8") as out:
    for text in texts:
        found = ner(text) if text.strip() else []
        out.write(json.dumps({"text": text, "spans": [
            {"start": units(text, s["start"]), "end": units(text, s["end"]), "label": s["entity_group"], "score": float(s["score"])}
            for s in found]}) + "\n")
