"""Pairs of texts as transformers' AutoTokenizer joins them, beside the tokenizers that make_tokenizers.py writes.

  python make_text_pairs.py ../../test/reference/tokenizers

`pairs.json`: [{first, second, limit, ids, types}]; with a limit the second text is cut to it (`only_second`). Special tokens inside
the texts are text. Needs what make_tokenizers.py needs.
"""
import json
import pathlib
import sys

from transformers import AutoTokenizer

out = pathlib.Path(sys.argv[1])
KINDS = ["bert-uncased", "bert-cased", "roberta", "xlm-roberta", "camembert", "llama", "llama-new", "llama3", "opt", "gpt2", "bloom", "qwen2"]
PAIRS = [("What is a dog?", "The dog doesn't mind: it's 12,345 years old."), ("", "passage"), ("query", ""), ("", ""),
         ("Où est le café naïve?", "日本語のテキスト、漢字。 한국어 문장입니다."), ("lazy fox", "jumps [SEP] over </s> the <s> dog <|endoftext|>"),
         ("быстрая лиса", "  spaces   and\ttabs \n"), ("emoji 😀", "مرحبا بالعالم، هذا نص عربي. नमस्ते दुनिया।")]
for kind in KINDS:
    tokenizer = AutoTokenizer.from_pretrained(out / kind)
    cases = []
    # A Unigram model finds `</s>` as a piece of its vocabulary even where special tokens are to be text.
    unigram = type(tokenizer.backend_tokenizer.model).__name__ == "Unigram"
    for first, second in [pair for pair in PAIRS if not (unigram and "</s>" in pair[1])]:
        for limit in (None, 24):
            cut = {} if limit is None else dict(truncation="only_second", max_length=limit)
            try:
                # As lists: alone, an empty second text would be taken for none.
                made = tokenizer([first], [second], return_token_type_ids=True, split_special_tokens=True, **cut)
            except Exception as error:
                if "SequenceTooShort" not in str(error) and "too short" not in str(error).lower():
                    raise
                continue
            ids, types = made["input_ids"][0], made["token_type_ids"][0]
            if limit is not None and len(ids) < limit:
                continue
            cases.append({"first": first, "second": second, "limit": limit, "ids": ids, "types": types})
    (out / kind / "pairs.json").write_text(json.dumps(cases, ensure_ascii=True, separators=(",", ":")) + "\n")
