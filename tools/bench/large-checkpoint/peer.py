#!/usr/bin/env python3
"""PyTorch's part of large-checkpoint.ts: loads the checkpoint, scores the pairs, prints JSON.

    python3 peer.py MODEL PAIRS THREADS ROUNDS

PAIRS holds token ids and the number of those that belong to the prompt. `all` computes the logits of every row, as the
published scoring code does; `query` those of the query's rows alone. float32, batches of eight.
"""
import json
import sys
import time

import torch
from transformers import AutoModelForCausalLM

folder, pairs_file, threads, rounds = sys.argv[1:]
torch.set_num_threads(int(threads))
pairs = json.load(open(pairs_file))
BATCH = 8


def resident(key):
    with open("/proc/self/status") as status:
        return 1024 * int(next(line.split()[1] for line in status if line.startswith(key)))


def collate(rows):
    size = max(len(row["ids"]) for row in rows) - 1
    ids, labels = torch.zeros(len(rows), size, dtype=torch.long), torch.zeros(len(rows), size, dtype=torch.long)
    real, query = torch.zeros(len(rows), size, dtype=torch.long), torch.zeros(len(rows), size, dtype=torch.bool)
    for index, row in enumerate(rows):
        length = len(row["ids"]) - 1
        ids[index, :length] = torch.tensor(row["ids"][:-1])
        labels[index, :length] = torch.tensor(row["ids"][1:])
        real[index, :length] = 1
        query[index, row["promptLength"] - 1:length] = True
    return ids, labels, real, query


def scores_of(rows, head):
    ids, labels, real, query = collate(rows)
    if head == "all":
        log_probs = model(ids, attention_mask=real).logits.log_softmax(-1).gather(-1, labels[..., None])[..., 0]
        return ((log_probs * query).sum(1) / query.sum(1)).tolist()
    states = model.base_model(ids, attention_mask=real).last_hidden_state[query]
    log_probs = model.get_output_embeddings()(states).log_softmax(-1).gather(-1, labels[query][:, None])[:, 0]
    return [part.mean().item() for part in log_probs.split(query.sum(1).tolist())]


with open("/proc/self/clear_refs", "w") as refs:
    refs.write("5")
base = resident("VmRSS")
start = time.perf_counter()
model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
# The file is mapped: only what has been looked at has been read.
total = sum(weight.sum().item() for weight in model.parameters())
load_seconds = time.perf_counter() - start
result = {"loadSeconds": load_seconds, "peak": resident("VmHWM") - base, "seconds": {}, "sum": total}
with torch.no_grad():
    for head in ["query", "all"]:
        result["seconds"][head] = []
        for _ in range(int(rounds)):
            start = time.perf_counter()
            result["scores"] = [score for at in range(0, len(pairs), BATCH) for score in scores_of(pairs[at:at + BATCH], head)]
            result["seconds"][head].append(time.perf_counter() - start)
print(json.dumps(result))
