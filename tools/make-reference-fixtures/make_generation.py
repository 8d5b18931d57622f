#!/usr/bin/env python3
"""What every family's tiny checkpoint goes on with, greedily, one prompt at a time: generation.json beside each.

    .venv/bin/python tools/make-reference-fixtures/make_generation.py test/reference

After all other make_*.py. Made by transformers' generate(do_sample=False); by whole forward passes for Baichuan and Qwen (the
first), which are not part of transformers, and without its cache for dynamic rotary scaling, where transformers keeps keys that
were turned for a shorter sequence. The checkpoints of families with learned positions have too few of them for this, so that
those get one more each. Also top-p.json: the tokens that transformers' warpers leave of random logits.
"""
import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import (AutoModelForCausalLM, GPT2Config, GPT2LMHeadModel, GPTNeoConfig, GPTNeoForCausalLM, OPTConfig,
                          OPTForCausalLM, TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper)

import make_baichuan
import make_qwen
from checkpoint import VOCABULARY, perturb, write_tokenizer

out = Path(sys.argv[1])
TOKENS, LENGTHS = 24, (6, 2)
IDS = dict(vocab_size=VOCABULARY, bos_token_id=1, eos_token_id=2, pad_token_id=0)
LEARNED = {
    "gpt2-generation": GPT2LMHeadModel(GPT2Config(**IDS, n_embd=6, n_layer=2, n_head=3, n_positions=30)),
    "gpt-neo-generation": GPTNeoForCausalLM(GPTNeoConfig(**IDS, hidden_size=6, num_layers=2, num_heads=2, window_size=4,
                                                         attention_types=[[["global", "local"], 1]], max_position_embeddings=30)),
    "opt-generation": OPTForCausalLM(OPTConfig(**IDS, hidden_size=6, num_hidden_layers=2, num_attention_heads=2, ffn_dim=18,
                                               max_position_embeddings=30, do_layer_norm_before=False, word_embed_proj_dim=5)),
}
NAMES = ["llama-tied", "llama-untied-bias", "llama-yarn", "llama-dynamic", "mistral-sliding", "smollm3-tied", "smollm3-sliding",
         "qwen2-tied", "qwen2-sliding", "qwen3-tied", "qwen3-bias-sliding", "bloom-published", "bloom-untied",
         "gpt-neox-parallel", "gpt-neox-sequential", "baichuan-7b", "baichuan-13b", "baichuan2-7b", "baichuan2-13b",
         "qwen-published", "qwen-long", *LEARNED]
OWN = {"baichuan": make_baichuan.CausalLM, "qwen": make_qwen.CausalLM}


def greedy(logits_of, prompt, stop):
    ids = list(prompt)
    while len(ids) < len(prompt) + TOKENS and ids[-1] != stop:
        ids.append(int(logits_of(torch.tensor([ids]))[0, -1].argmax()))
    return ids[len(prompt):]


def margins(logits_of, prompt, tokens):
    """Between the best and the second best, at every step, over the largest logit."""
    logits = torch.stack([logits_of(torch.tensor([[*prompt, *tokens[:step]]]))[0, -1] for step in range(len(tokens))])
    best = logits.topk(2).values
    return (best[:, 0] - best[:, 1]) / logits.abs().max()


def continued(folder):
    config = json.loads((folder / "config.json").read_text())
    if config["model_type"] in OWN:
        model = OWN[config["model_type"]](config)
        model.load_state_dict(load_file(folder / "model.safetensors"))
        logits_of = lambda ids: model(ids, torch.ones_like(ids))
        continue_from = lambda prompt: greedy(logits_of, prompt, config.get("eos_token_id"))
    else:
        model = AutoModelForCausalLM.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32).eval()
        logits_of = lambda ids: model(ids).logits
        cached = (config.get("rope_scaling") or {}).get("rope_type") != "dynamic"
        continue_from = lambda prompt: model.generate(torch.tensor([prompt]), attention_mask=torch.ones(1, len(prompt), dtype=torch.long),
                                                      do_sample=False, max_new_tokens=TOKENS, use_cache=cached)[0, len(prompt):].tolist()
    prompts, tokens = [], []
    generator = torch.Generator().manual_seed(5)
    for length in LENGTHS:
        while True:
            prompt = torch.randint(3, VOCABULARY, (length,), generator=generator).tolist()
            # transformers' table grows with the longest sequence so far: each prompt with one of its own
            if config["model_type"] == "llama" and config.get("rope_scaling"):
                model = AutoModelForCausalLM.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32).eval()
            found = continue_from(prompt)
            # Several tokens, and none that rounding could exchange.
            if len(set(found)) > 1 and margins(logits_of, prompt, found).min() > 1e-4:
                break
        prompts.append(prompt)
        tokens.append(found)
    return {"prompts": prompts, "tokens": tokens}


def kept(logits, temperature, top_k, top_p):
    """Ids that may be drawn, and their probabilities."""
    scores = TemperatureLogitsWarper(temperature)(None, logits[None])
    scores = TopKLogitsWarper(top_k)(None, scores) if top_k else scores
    scores = TopPLogitsWarper(top_p)(None, scores) if top_p < 1 else scores
    probabilities = scores.softmax(-1)[0]
    ids = probabilities.nonzero()[:, 0]
    return {"temperature": temperature, "topK": top_k, "topP": top_p, "ids": ids.tolist(), "probabilities": probabilities[ids].tolist()}


with torch.no_grad():
    for seed, (name, model) in enumerate(LEARNED.items(), start=30):
        perturb(model, seed)
        model.eval().save_pretrained(out / name)
        write_tokenizer(out, out / name)
    for name in NAMES:
        result = continued(out / name)
        (out / name / "generation.json").write_text(json.dumps(result) + "\n")
        print(name, [len(tokens) for tokens in result["tokens"]], [len(set(tokens)) for tokens in result["tokens"]])
    logits = 3 * torch.randn(40, generator=torch.Generator().manual_seed(0))
    cases = [kept(logits, *options) for options in [(1.0, 0, 1.0), (1.0, 0, 0.9), (0.5, 0, 0.7), (2.0, 0, 0.95), (1.0, 5, 1.0),
                                                    (1.5, 12, 0.8), (1.0, 0, 1e-9)]]
    (out / "top-p.json").write_text(json.dumps({"logits": logits.tolist(), "cases": cases}) + "\n")
