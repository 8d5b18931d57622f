"""What the scripts for single families share: a batch, weights moved away from their usual values, expected results."""
import json
import shutil

import torch
from safetensors.torch import save_file

VOCABULARY = 300
TOKENIZER = ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"]


def batch(lengths):
    generator = torch.Generator().manual_seed(7)
    ids = torch.randint(3, VOCABULARY, (len(lengths), max(lengths)), generator=generator)
    mask = torch.zeros_like(ids)
    for row, length in enumerate(lengths):
        mask[row, :length] = 1
    return ids * mask, mask


def perturb(model, seed):
    """Gains around 1, all else around 0."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            noise = torch.randn(weight.shape, generator=generator)
            is_gain = weight.ndim == 1 and name.endswith("weight")
            weight.copy_(1 + 0.3 * noise if is_gain else 0.3 * noise)


def write_tokenizer(out, folder):
    for file in TOKENIZER:
        shutil.copy(out / "llama-tied" / file, folder / file)


def add_gguf_tokenizer(writer, definition):
    """A byte-level `tokenizer.json` object as llama.cpp's converter writes it."""
    tokens = sorted(definition["model"]["vocab"], key=definition["model"]["vocab"].get)
    special = {token["content"] for token in definition["added_tokens"]}
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    writer.add_token_types([3 if token in special else 1 for token in tokens])
    writer.add_token_merges([" ".join(merge) for merge in definition["model"]["merges"]])
    writer.add_eos_token_id(2)
    writer.add_pad_token_id(0)


def write_config(folder, config):
    (folder / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


def write_expected(folder, model, logits_of, lengths=(7, 3)):
    """The logits, and the gradient of every weight of the sum of the next tokens' log-probabilities."""
    ids, mask = batch(lengths)
    logits = logits_of(ids, mask)
    log_probs = logits.log_softmax(-1)[:, :-1].gather(-1, ids[:, 1:, None])[..., 0]
    (log_probs * mask[:, 1:]).sum().backward()
    expected = {"logits": logits.detach().contiguous()}
    expected.update({f"gradient/{key}": weight.grad for key, weight in model.named_parameters()})
    save_file(expected, folder / "expected.safetensors")
    (folder / "batch.json").write_text(json.dumps({"ids": ids.tolist(), "mask": mask.tolist()}) + "\n")


def write_variants(out, configs, build):
    """Folders of a family whose modules are our own, by name and config."""
    for seed, (name, config) in enumerate(configs.items()):
        folder = out / name
        folder.mkdir(parents=True, exist_ok=True)
        model = build(config)
        perturb(model, seed)
        save_file(model.state_dict(), folder / "model.safetensors", metadata={"format": "pt"})
        write_config(folder, config)
        write_tokenizer(out, folder)
        write_expected(folder, model, model)
    print("wrote", *configs)
