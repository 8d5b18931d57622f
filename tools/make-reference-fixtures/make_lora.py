#!/usr/bin/env python3
"""Adapters as PEFT saves them, over the checkpoints of the other scripts (run those first), with what PEFT computes with them.

    .venv/bin/python tools/make-reference-fixtures/make_lora.py test/reference

Each folder holds the adapter, `batch.json`, and `expected.safetensors`: the logits; for causal language models the gradient of
every adapter's weight of the sum of the next tokens' log-probabilities, and the mean loss of three steps of AdamW.
"""
import json
import sys
from pathlib import Path

import torch
from checkpoint import batch
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification

out = Path(sys.argv[1])
STEPS, LEARNING_RATE = 3, 0.01
VARIANTS = {
    "lora-llama": ("llama-tied", dict(r=3, lora_alpha=5, target_modules=["q_proj", "v_proj", "o_proj", "mlp.down_proj"])),
    # a pattern as target, ranks of their own, alpha / sqrt(r), a module that is replaced whole
    "lora-llama-patterns": ("llama-untied-bias", dict(
        r=2, lora_alpha=6, use_rslora=True, target_modules=r".*\.(self_attn\.[qkv]_proj|mlp\.(up|down)_proj)",
        exclude_modules=["layers.1.self_attn.v_proj"], rank_pattern={"k_proj": 4, r"layers\.1\.mlp\..*": 1},
        alpha_pattern={"up_proj": 3}, modules_to_save=["lm_head"])),
    # matrices stored [in, out]; one block alone; saved by torch.save
    "lora-gpt2": ("gpt2-tied", dict(r=2, lora_alpha=4, target_modules=["c_attn", "mlp.c_proj"], layers_to_transform=1,
                                    fan_in_fan_out=True)),
    "lora-bloom": ("bloom-published", dict(r=2, lora_alpha=3, target_modules="all-linear")),
    "lora-opt": ("opt-post-norm", dict(r=4, lora_alpha=4, target_modules=["q_proj", "fc2", "project_in"])),
    # a base model without the head that the adapter brings along, as RankLLaMA is published
    "lora-rankllama": ("llama-untied-bias", dict(r=2, lora_alpha=4, task_type="SEQ_CLS",
                                                 target_modules=["q_proj", "v_proj", "up_proj"])),
}


def make(name, seed, base, options):
    task = options.setdefault("task_type", "CAUSAL_LM")
    folder = out / name
    if task == "SEQ_CLS":
        inner = AutoModelForSequenceClassification.from_pretrained(out / base, num_labels=1, attn_implementation="eager")
    else:
        inner = AutoModelForCausalLM.from_pretrained(out / base, attn_implementation="eager")
    model = get_peft_model(inner, LoraConfig(**options)).eval()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in model.parameters():
            if weight.requires_grad:
                weight.copy_(0.3 * torch.randn(weight.shape, generator=generator))
    ids, mask = batch((7, 3))
    expected = {"logits": model(input_ids=ids, attention_mask=mask).logits.detach().contiguous()}
    model.save_pretrained(folder, safe_serialization=name != "lora-gpt2")
    (folder / "README.md").unlink()
    if task == "CAUSAL_LM":
        expected.update(training(model, ids, mask))
    save_file(expected, folder / "expected.safetensors")
    (folder / "batch.json").write_text(json.dumps({"ids": ids.tolist(), "mask": mask.tolist()}) + "\n")
    file = folder / "adapter_config.json"
    config = json.loads(file.read_text())
    config["base_model_name_or_path"] = f"../{base}"
    if isinstance(config["target_modules"], list):
        config["target_modules"].sort()
    file.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


def training(model, ids, mask):
    """Gradients at the start, and losses of AdamW's steps from there; what replaces a module whole stays as it is."""
    adapters = {name.replace(".default", ""): weight for name, weight in model.named_parameters() if "lora_" in name}

    def log_probs():
        logits = model(input_ids=ids, attention_mask=mask).logits
        return logits.log_softmax(-1)[:, :-1].gather(-1, ids[:, 1:, None])[..., 0] * mask[:, 1:]

    optimizer = torch.optim.AdamW(adapters.values(), lr=LEARNING_RATE, weight_decay=0)
    log_probs().sum().backward()
    results = {f"gradient/{name}": weight.grad.clone() for name, weight in adapters.items()}
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = -log_probs().sum() / mask[:, 1:].sum()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return {**results, "losses": torch.tensor(losses)}


for seed, (name, (base, options)) in enumerate(VARIANTS.items()):
    make(name, seed, base, options)
