#!/usr/bin/env python3
"""Step two of making the base model: next-token training of a small LLaMA-type model from nothing.

    python3 -m venv .venv && .venv/bin/pip install torch==2.13.0 transformers==4.57.1
    .venv/bin/python experiments/tiny-base/train.py PREPARED OUT [--steps 6000]

PREPARED is what prepare.ts wrote. OUT becomes a Hugging Face folder with float16 weights, and `training-log.jsonl`.
The learning rate warms up over 2 % of the steps, then falls to zero by a cosine.
"""
import argparse
import json
import math
import shutil
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from transformers import LlamaConfig, LlamaForCausalLM

parser = argparse.ArgumentParser()
parser.add_argument("prepared", type=Path)
parser.add_argument("out", type=Path)
parser.add_argument("--steps", type=int, default=6000)
parser.add_argument("--batch", type=int, default=16)
parser.add_argument("--learning-rate", type=float, default=6e-3)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--bfloat16", action="store_true", help="matrix products in bfloat16")
args = parser.parse_args()
torch.set_num_threads(args.threads)

WINDOW = 128
torch.manual_seed(0)
train = np.fromfile(args.prepared / "train.u16", dtype="<u2").reshape(-1, WINDOW + 1)
held_out = np.fromfile(args.prepared / "held-out.u16", dtype="<u2").reshape(-1, WINDOW + 1)

config = LlamaConfig(
    vocab_size=6144, hidden_size=192, intermediate_size=512, num_hidden_layers=4, num_attention_heads=4,
    num_key_value_heads=1, head_dim=48, max_position_embeddings=512, rms_norm_eps=1e-5, rope_theta=10000.0,
    tie_word_embeddings=True, bos_token_id=None, eos_token_id=0, pad_token_id=1,
)
model = LlamaForCausalLM(config)
print(json.dumps({"weights": sum(p.numel() for p in model.parameters()), "windows": len(train)}), flush=True)
blocks = [p for p in model.model.layers.parameters() if p.dim() == 2]
norms = [p for p in model.parameters() if p.dim() < 2]
optimizers = [
    torch.optim.Muon(blocks, lr=args.learning_rate, weight_decay=0.1, momentum=0.95, adjust_lr_fn="match_rms_adamw"),
    torch.optim.AdamW(
        [{"params": [model.get_input_embeddings().weight], "weight_decay": 0.1}, {"params": norms, "weight_decay": 0.0}],
        lr=args.learning_rate, betas=(0.9, 0.95),
    ),
]


def loss_of(windows):
    tokens = torch.from_numpy(windows.astype(np.int64))
    with torch.autocast("cpu", torch.bfloat16, enabled=args.bfloat16):
        logits = model(tokens[:, :-1]).logits
    return F.cross_entropy(logits.reshape(-1, logits.shape[-1]).float(), tokens[:, 1:].reshape(-1))


@torch.no_grad()
def held_out_loss():
    losses = [loss_of(part).item() * len(part) for part in np.array_split(held_out, max(1, len(held_out) // 32))]
    return sum(losses) / len(held_out)


args.out.mkdir(parents=True, exist_ok=True)
log = open(args.out / "training-log.jsonl", "w")
start = time.time()
for step in range(1, args.steps + 1):
    share = (step - 1) / args.steps
    rate = args.learning_rate * min(1, step / (0.02 * args.steps)) * 0.5 * (1 + math.cos(math.pi * share))
    for group in (group for optimizer in optimizers for group in optimizer.param_groups):
        group["lr"] = rate
    first = (step - 1) * args.batch % (len(train) - args.batch)
    loss = loss_of(train[first : first + args.batch])
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    for optimizer in optimizers:
        optimizer.step()
        optimizer.zero_grad()
    if step % 250 == 0 or step == 10 or step == args.steps:
        seconds = time.time() - start
        held = held_out_loss()
        row = {"step": step, "tokens": step * args.batch * WINDOW, "loss": round(loss.item(), 4),
               "learningRate": round(rate, 7), "heldOutLoss": round(held, 4),
               "heldOutPerplexity": round(math.exp(held), 2), "seconds": round(seconds)}
        log.write(json.dumps(row) + "\n")
        log.flush()
        left = seconds / step * (args.steps - step)
        print(json.dumps(row), f"{left / 60:.0f} min left", flush=True)

model.half().save_pretrained(args.out)
for name in ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"]:
    shutil.copy(args.prepared / name, args.out / name)
