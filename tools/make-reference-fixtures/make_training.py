#!/usr/bin/env python3
"""What both stages of training do to the fixtures of every family in PyTorch, for libs/training's every-family.spec.ts.

    .venv/bin/python tools/make-reference-fixtures/make_training.py test/reference

After the other scripts, whose checkpoints it trains: a few AdamW steps of stage one (next-token loss of the query's tokens
and the eos) and of stage two (rank loss, next-token loss of the positive, difference penalty to the model at the start, over
real rows), with every weight and with those of the top block alone. Written to training.json: the texts, the settings, and
for each checkpoint and run the losses and the norm of the gradient at each step and how far each weight went.
float32, eager attention, no dropout.
"""
import json
import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

import make_baichuan
import make_qwen

out = Path(sys.argv[1])
OWN_MODULES = {"baichuan": make_baichuan.CausalLM, "qwen": make_qwen.CausalLM}
SETTINGS = dict(steps=3, batchSize=2, learningRate=0.01, clipNorm=1, temperature=0.05)
ROUNDING = 1e-6  # beside a gradient of norm 1
# With the prompt at most nine rows: the shortest table of positions among the fixtures.
PAIRS = [("the", "cat"), ("cat", "a"), ("b", "what"), ("cat", "on"), ("7", "the"), ("cat a", "e")]
GROUPS = [("on", ["the", "cat", "q", "cat a"]), ("the", ["b", "z", "cat a", "the"]), ("e", ["cat", "o", "the", "7"])]


def blocks_of(model):
    """The decoder's blocks, by the shape of the module tree: the longest list of modules in it."""
    return max((each for each in model.modules() if isinstance(each, torch.nn.ModuleList)), key=len)


def load(folder):
    """-> the model, and a function of ids and mask that gives its logits"""
    config = json.loads((folder / "config.json").read_text())
    if config["model_type"] in OWN_MODULES:
        model = OWN_MODULES[config["model_type"]](config)
        model.load_state_dict(load_file(folder / "model.safetensors"))
        return model, model
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    if (config.get("rope_scaling") or {}).get("rope_type") == "dynamic":
        return model, lambda ids, mask: torch.stack([alone(model, row, int(real)) for row, real in zip(ids, mask.sum(1))])
    return model, lambda ids, mask: model(ids, attention_mask=mask).logits


def alone(model, row, length):
    """A sequence by itself, its rotary base that of its own length and not of a longer one before it."""
    model.model.rotary_emb.max_seq_len_cached = model.config.max_position_embeddings
    logits = model(row[None, :length]).logits[0]
    return F.pad(logits, (0, 0, 0, len(row) - length))


class Batch:
    """Sequences less their last token, padded at the end, and what follows each token."""

    def __init__(self, tokenizer, pairs, ending=""):
        sequences, prompts = [], []
        for document, query in pairs:
            prompt = f"Document: {document} Query:"
            sequences.append(torch.tensor(tokenizer(prompt + query + ending).input_ids))
            prompts.append(len(tokenizer(prompt).input_ids))
        padded = torch.nn.utils.rnn.pad_sequence(sequences, batch_first=True, padding_value=tokenizer.pad_token_id)
        lengths = torch.tensor([len(each) - 1 for each in sequences])[:, None]
        places = torch.arange(padded.shape[1] - 1)[None]
        assert places.shape[1] <= 9
        self.real = places < lengths
        self.query = self.real & (places >= torch.tensor(prompts)[:, None] - 1)
        self.ids, self.next = padded[:, :-1] * self.real, padded[:, 1:]


def stage_one(logits_of, batch):
    logits = logits_of(batch.ids, batch.real.long())
    return {"loss": F.cross_entropy(logits[batch.query], batch.next[batch.query])}


def stage_two(logits_of, reference_of, batch):
    log_probs = logits_of(batch.ids, batch.real.long()).log_softmax(-1)
    with torch.no_grad():
        before = reference_of(batch.ids, batch.real.long()).log_softmax(-1)
    chosen = log_probs.gather(-1, batch.next[..., None])[..., 0]
    scores = chosen.where(batch.query, 0).sum(-1) / batch.query.sum(-1)
    terms = {
        "rank": -(scores.exp() / SETTINGS["temperature"]).log_softmax(-1)[0],
        "nextToken": -chosen[0][batch.real[0]].mean(),
        "differencePenalty": (before.exp() * (before - log_probs)).sum(-1)[batch.real].mean(),
    }
    return {"loss": sum(terms.values()), **terms}


def train(folder, stage, top_layers):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model, logits_of = load(folder)
    _, reference_of = load(folder)
    trained = list((blocks_of(model)[-top_layers:] if top_layers else model).parameters())
    model.requires_grad_(False)
    for weight in trained:
        weight.requires_grad_(True)
    start = {name: weight.detach().clone() for name, weight in model.named_parameters()}
    largest = {name: torch.zeros_like(weight) for name, weight in start.items()}
    optimizer = torch.optim.AdamW(trained, lr=SETTINGS["learningRate"], weight_decay=0)
    rows = []
    for step in range(SETTINGS["steps"]):
        if stage == "pretrain":
            size = SETTINGS["batchSize"]
            terms = stage_one(logits_of, Batch(tokenizer, PAIRS[step * size:(step + 1) * size], tokenizer.eos_token))
        else:
            query, documents = GROUPS[step]
            terms = stage_two(logits_of, reference_of, Batch(tokenizer, [(each, query) for each in documents]))
        optimizer.zero_grad()
        terms["loss"].backward()
        norm = torch.nn.utils.clip_grad_norm_(trained, SETTINGS["clipNorm"])
        for name, weight in model.named_parameters():
            if weight.grad is not None:
                largest[name] = largest[name].maximum(weight.grad.abs())
        optimizer.step()
        rows.append({**{name: short(term) for name, term in terms.items()}, "gradNorm": short(norm)})
    moved = {name: None if is_rounding(largest[name]) else short((weight - start[name]).norm())
             for name, weight in model.named_parameters() if weight.requires_grad}
    return {"rows": rows, "moved": moved}


def is_rounding(gradient):
    """Whether a tenth or more of a weight's gradient is nothing but rounding, as that of a key's bias, which moves all
    scores of a query alike: which way AdamW moves such entries is chance."""
    return ((gradient > 0) & (gradient < ROUNDING)).float().mean().item() >= 0.1


def short(tensor):
    return float(f"{tensor.item():.7g}")


def is_decoder(folder):
    config = json.loads((folder / "config.json").read_text()) if (folder / "config.json").exists() else {}
    return any(name.endswith(("ForCausalLM", "LMHeadModel")) for name in config.get("architectures") or [])


folders = sorted(path.parent for path in out.glob("*/expected.safetensors") if is_decoder(path.parent))
lines = []
for folder in folders:
    runs = {stage: {top: train(folder, stage, top) for top in (0, 1)} for stage in ("pretrain", "finetune")}
    lines.append(f'    "{folder.name}": {json.dumps(runs, separators=(",", ":"))}')
    print(folder.name)
texts = dict(settings=SETTINGS, pairs=[dict(document=document, query=query) for document, query in PAIRS],
             groups=[dict(query=query, documents=documents) for query, documents in GROUPS])
head = ",\n".join(f'  "{name}": {json.dumps(value)}' for name, value in texts.items())
body = ",\n".join(lines)
(out / "training.json").write_text(f'{{\n{head},\n  "models": {{\n{body}\n  }}\n}}\n')
