#!/usr/bin/env python3
"""Loads every folder that saved-models.ts wrote and says whether it is what was saved. Exit code 1 if one is not."""
import json
import logging
import sys
import warnings
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers.utils import logging as transformers_logging

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "make-reference-fixtures"))
import make_baichuan
import make_qwen

OWN_MODULES = {"baichuan": make_baichuan.CausalLM, "qwen": make_qwen.CausalLM}
LIMIT = 1e-4


class Complaints(logging.Handler):
    """What transformers and the warnings module have to say."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.texts = []

    def emit(self, record):
        self.texts.append(record.getMessage())


complaints = Complaints()
transformers_logging.set_verbosity_warning()
logging.getLogger("transformers").addHandler(complaints)
logging.captureWarnings(True)
logging.getLogger("py.warnings").addHandler(complaints)
warnings.simplefilter("always")


def load(folder, config):
    """-> a function of ids and mask that gives logits, and the names of tensors that are missing or too many"""
    if config["model_type"] in OWN_MODULES:
        model = OWN_MODULES[config["model_type"]](config)
        keys = model.load_state_dict(load_file(folder / "model.safetensors"), strict=False)
        return model, [*keys.missing_keys, *keys.unexpected_keys]
    model, info = AutoModelForCausalLM.from_pretrained(folder, attn_implementation="eager", output_loading_info=True)
    assert model.dtype == torch.float32
    return (lambda ids, mask: model.eval()(ids, attention_mask=mask).logits), [str(each) for keys in info.values() for each in keys]


def difference(folder, logits_of):
    """Largest difference of logits at real positions, over the largest logit. Sequences one by one: where positions are
    stretched by length, transformers stretches a padded batch by its longest."""
    batch = json.loads((folder / "batch.json").read_text())
    ours = load_file(folder / "logits.safetensors")["logits"]
    found = []
    # The shortest first: transformers keeps to the longest it has seen.
    for ids, mask, wanted in sorted(zip(batch["ids"], batch["mask"], ours), key=lambda row: sum(row[1])):
        length = sum(mask)
        with torch.no_grad():
            theirs = logits_of(torch.tensor([ids[:length]]), torch.ones(1, length, dtype=torch.long))[0]
        found.append(((theirs - wanted[:length]).abs().max() / theirs.abs().max()).item())
    return max(found)


def wrong_texts(folder):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    cases = json.loads((folder / "cases.json").read_text())
    wrong = [case["text"] for case in cases if tokenizer.encode(case["text"]) != case["ids"]]
    return wrong, len(cases)


failed = False
for folder in sorted(path.parent for path in Path(sys.argv[1]).glob("*/config.json")):
    complaints.texts.clear()
    logits_of, keys = load(folder, json.loads((folder / "config.json").read_text()))
    problems = [f"tensors missing or too many: {keys}"] if keys else []
    notes = []
    if (folder / "logits.safetensors").exists():
        largest = difference(folder, logits_of)
        notes.append(f"logits within {largest:.1e}")
        if not largest <= LIMIT:
            problems.append(f"logits differ by {largest:.1e}, limit {LIMIT}")
        AutoTokenizer.from_pretrained(folder)
    if (folder / "cases.json").exists():
        wrong, count = wrong_texts(folder)
        notes.append(f"ids of {count} texts")
        problems += [f"other ids for {wrong}"] if wrong else []
    problems += complaints.texts
    failed |= bool(problems)
    print("DIFFERS" if problems else "agrees ", f"{folder.name}:", "; ".join(problems or notes), flush=True)
sys.exit(1 if failed else 0)
