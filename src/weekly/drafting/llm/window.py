"""Whether a model read the whole question: some servers cut it to their window without a word.

Ollama's window is 4,096 tokens unless it is told otherwise (https://docs.ollama.com/faq, "context window size").
"""

from __future__ import annotations

from weekly.drafting.llm.completion import Completion

_LARGEST_TOKEN = 7
"""Bytes that a token stands for at most, on the average of a page of English or Chinese."""
_USUAL = frozenset({1 << power for power in range(11, 16)})
"""Windows, in tokens, that servers have by default."""
_SMALLEST = 2_000
"""Tokens: no window is smaller; an endpoint that counts fewer counts otherwise."""
_MEND = "give it a larger one (Ollama: OLLAMA_CONTEXT_LENGTH=16384)"


def small_window(brought: Completion, sent: int, max_tokens: int) -> str:
    """What is wrong with the window of a model that was *sent* messages of so many bytes; empty when nothing is."""
    tokens_in, tokens_out = brought.tokens_in, brought.tokens_out
    if tokens_in is None or tokens_in < _SMALLEST:
        return ""
    filled = {tokens_in, tokens_in + 1} & _USUAL and tokens_in < sent // 4
    if filled or tokens_in < sent // _LARGEST_TOKEN:
        return f"its window took only {tokens_in:,} tokens of the question: {_MEND}"
    if brought.finish == "length" and tokens_out is not None and 0 < tokens_out < max_tokens * 9 // 10:
        return f"its window of some {tokens_in + tokens_out:,} tokens is full: {_MEND}"
    return ""
