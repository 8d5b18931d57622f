#!/usr/bin/env python3
"""PEFT's side of lora-parity.ts: trains the adapter of a folder on, or scores with it, by the contracts of the commands.

    lora_peft.py pretrain|finetune --model DIR --adapter DIR --data FILE [--batch N] [--learning-rate R] --out DIR
    lora_peft.py score --model DIR --adapter DIR --data FILE

Training prints a line of JSON a step, as the commands' logs; scoring prints scores with the adapter beside the weights and merged.
Any warning is an error.
"""
import argparse
import json
import logging
import warnings
from pathlib import Path

import torch
import torch.nn.functional as F
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

parser = argparse.ArgumentParser()
parser.add_argument("mode", choices=["pretrain", "finetune", "score"])
for name in ("model", "adapter", "data"):
    parser.add_argument(f"--{name}", required=True)
parser.add_argument("--out")
parser.add_argument("--batch", type=int, default=1)
parser.add_argument("--learning-rate", type=float, default=1e-3)
args = parser.parse_args()

DOCUMENT_TOKENS, QUERY_TOKENS, TEMPERATURE = 128, 32, 0.001


class Refuse(logging.Handler):
    def emit(self, record):
        raise RuntimeError(record.getMessage())


tokenizer = AutoTokenizer.from_pretrained(args.model)
base = AutoModelForCausalLM.from_pretrained(args.model, dtype=torch.float32)
with warnings.catch_warnings():
    warnings.simplefilter("error")
    for name in (None, "transformers", "peft"):
        logging.getLogger(name).addHandler(Refuse(level=logging.WARNING))
    model = PeftModel.from_pretrained(base, args.adapter, is_trainable=args.mode != "score").eval()
    if (Path(args.adapter) / "tokenizer.json").exists():
        AutoTokenizer.from_pretrained(args.adapter)


def cut(text, limit):
    return tokenizer.decode(tokenizer.encode(text, add_special_tokens=False)[:limit])


def encode(query, document, end=""):
    """Ids of the whole text, and how many of them are the prompt's."""
    prompt = f"Document: {cut(document, DOCUMENT_TOKENS)} Query:"
    return tokenizer(prompt + cut(query, QUERY_TOKENS) + end).input_ids, len(tokenizer(prompt).input_ids)


def collate(rows):
    """Inputs, next tokens, real rows and rows of the query, each [B, S]."""
    shape = (len(rows), max(len(ids) for ids, _ in rows) - 1)
    inputs, labels = torch.zeros(shape, dtype=torch.long), torch.zeros(shape, dtype=torch.long)
    real, query = torch.zeros(shape, dtype=torch.bool), torch.zeros(shape, dtype=torch.bool)
    for row, (ids, prompt) in enumerate(rows):
        last = len(ids) - 1
        inputs[row, :last], labels[row, :last] = torch.tensor(ids[:-1]), torch.tensor(ids[1:])
        real[row, :last], query[row, prompt - 1:last] = True, True
    return inputs, labels, real, query


def scores_of(logits, labels, query):
    return (logits.log_softmax(-1).gather(-1, labels[..., None])[..., 0] * query).sum(1) / query.sum(1)


def finetune_loss(rows):
    inputs, labels, real, query = collate(rows)
    with torch.no_grad(), model.disable_adapter():
        reference = model(inputs, attention_mask=real).logits
    logits = model(inputs, attention_mask=real).logits
    scores = scores_of(logits, labels, query).exp() / TEMPERATURE
    parts = {
        "rank": F.cross_entropy(scores[None], torch.tensor([0])),
        "nextToken": F.cross_entropy(logits[0][real[0]], labels[0][real[0]]),
        "differencePenalty": F.kl_div(logits[real].log_softmax(-1), reference[real].softmax(-1), reduction="batchmean"),
    }
    return sum(parts.values()), parts


def pretrain_loss(rows):
    inputs, labels, real, query = collate(rows)
    return F.cross_entropy(model(inputs, attention_mask=real).logits[query], labels[query]), {}


def train(batches, loss_of):
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=args.learning_rate, weight_decay=0)
    for step, rows in enumerate(batches):
        loss, parts = loss_of(rows)
        loss.backward()
        norm = torch.sqrt(sum((weight.grad ** 2).sum() for weight in weights))
        optimizer.step()
        optimizer.zero_grad()
        values = {"loss": loss, **parts, "gradNorm": norm}
        print(json.dumps({"step": step, **{name: value.item() for name, value in values.items()}}), flush=True)
    model.save_pretrained(args.out)


lines = [json.loads(line) for line in open(args.data, encoding="utf-8")]
if args.mode == "finetune":
    train([[encode(line["query"], document) for document in line["documents"]] for line in lines], finetune_loss)
elif args.mode == "pretrain":
    texts = [encode(line["query"], line["document"], tokenizer.eos_token) for line in lines]
    train([texts[start:start + args.batch] for start in range(0, len(texts), args.batch)], pretrain_loss)
else:
    def scores():
        found = []
        with torch.no_grad():
            for line in lines:
                inputs, labels, real, query = collate([encode(line["query"], line["document"])])
                found += scores_of(model(inputs, attention_mask=real).logits, labels, query).tolist()
        return found

    apart = scores()
    model.merge_adapter()
    print(json.dumps({"apart": apart, "merged": scores()}))
