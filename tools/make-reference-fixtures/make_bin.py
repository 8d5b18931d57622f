#!/usr/bin/env python3
"""Reference files for the reader of `pytorch_model.bin`, made by torch.

    .venv/bin/python tools/make-reference-fixtures/make_bin.py test/reference

`bin-views`: one file with views, shared storages and every number format in use, and the same tensors as safetensors
(integers left out: weights are not integers). `bin-old`: the format before PyTorch 1.6. `bin-llama-tied` and
`bin-llama-sharded-bf16`: the weights of the checkpoints of those names, from their safetensors.
"""
import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

out = Path(sys.argv[1])


def folder(name):
    path = out / name
    path.mkdir(parents=True, exist_ok=True)
    return path


base = torch.randn(5, 4, 3, generator=torch.Generator().manual_seed(3))
views = {
    "whole": base,
    "same": base,
    "transposed": base.transpose(0, 2),
    "permuted": base.permute(1, 0, 2),
    "column": base[:, 1, 2],
    "slice": base[1:4, ::2, 1:],
    "row": base[4],
    "f16": base[0].half(),
    "f16-transposed": base[1].half().t(),
    "bf16": base.to(torch.bfloat16)[2:, 1:],
    "f64": base[0].double(),
    "scalar": torch.tensor(-2.5),
    "empty": torch.zeros(0, 3),
    "parameter": torch.nn.Parameter(base[2].clone()),
    "column-major one": torch.ones(1, 3).t().contiguous().t(),
}
integers = {"ids": torch.arange(6).reshape(2, 3), "mask": torch.tensor([True, False]), "small": torch.tensor([1, 2], dtype=torch.uint8),
            "i32": torch.tensor([7], dtype=torch.int32)}
path = folder("bin-views")
torch.save({**views, **integers}, path / "pytorch_model.bin")
save_file({name: tensor.detach().contiguous().clone() for name, tensor in views.items()}, path / "expected.safetensors")
torch.save({"a": torch.ones(2)}, folder("bin-old") / "pytorch_model.bin", _use_new_zipfile_serialization=False)

model = torch.nn.Module()
for name, tensor in load_file(out / "llama-tied/model.safetensors").items():
    owner = model
    *parents, leaf = name.split(".")
    for parent in parents:
        if not hasattr(owner, parent):
            owner.add_module(parent, torch.nn.Module())
        owner = getattr(owner, parent)
    owner.register_parameter(leaf, torch.nn.Parameter(tensor))
# A state dict proper, with its _metadata, and the tied head as a second name of the same storage.
state = model.state_dict()
state["lm_head.weight"] = state["model.embed_tokens.weight"]
torch.save(state, folder("bin-llama-tied") / "pytorch_model.bin")

path = folder("bin-llama-sharded-bf16")
index = json.loads((out / "llama-sharded-bf16/model.safetensors.index.json").read_text())
shard_of = lambda name: name.replace("model-", "pytorch_model-").replace(".safetensors", ".bin")
weight_map = {name: shard_of(shard) for name, shard in index["weight_map"].items()}
for shard in sorted(set(index["weight_map"].values())):
    torch.save(load_file(out / "llama-sharded-bf16" / shard), path / shard_of(shard))
(path / "pytorch_model.bin.index.json").write_text(json.dumps({"metadata": index["metadata"], "weight_map": weight_map}, indent=1) + "\n")
print("wrote", out)
