"""Presets: the providers we know, so that a new channel needs little more than a key."""

from dataclasses import dataclass, field
from typing import Literal

from guildhall.gateway.adapters.vocabulary import Vocabulary
from guildhall.gateway.schemas import Kind

Speech = Literal["openai", "anthropic", "gemini"]


@dataclass(frozen=True)
class Preset:
    """What a new channel for one provider begins with."""

    kind: Kind
    name: str
    base_url: str
    needs_key: bool
    models: tuple[str, ...]
    speaks: Speech = "openai"
    key_header: str = "authorization"
    """Carries the key: after `Bearer ` if it is `authorization`, else as it is."""
    has_responses: bool = False
    """Whether it has OpenAI's `/responses` itself."""
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    """Which words of chat completions it knows, where we choose them."""

    @property
    def simulated(self) -> bool:
        """Whether no real model stands behind it."""
        return self.kind == "simulator"


_ALIYUN = "https://dashscope.aliyuncs.com/compatible-mode/v1"
_ARK = "https://ark.cn-beijing.volces.com/api/v3"
_GOOGLE = "https://generativelanguage.googleapis.com/v1beta"

_OPENAI = Vocabulary(max_completion_tokens=True)

PRESETS: tuple[Preset, ...] = (
    Preset(
        "openai",
        "OpenAI",
        "https://api.openai.com/v1",
        True,
        ("gpt-5.1", "gpt-5-mini", "gpt-4.1"),
        has_responses=True,
        vocabulary=_OPENAI,
    ),
    Preset(
        "anthropic",
        "Anthropic",
        "https://api.anthropic.com/v1",
        True,
        ("claude-opus-4-1", "claude-sonnet-4-5", "claude-haiku-4-5"),
        speaks="anthropic",
        key_header="x-api-key",
    ),
    Preset(
        "gemini",
        "Google Gemini",
        _GOOGLE,
        True,
        ("gemini-2.5-pro", "gemini-2.5-flash", "gemini-2.5-flash-lite"),
        speaks="gemini",
        key_header="x-goog-api-key",
    ),
    # The resource's own address goes before /openai/v1, and a model is called by the name of its deployment.
    Preset("azure", "Azure OpenAI", "", True, (), key_header="api-key", has_responses=True, vocabulary=_OPENAI),
    Preset("deepseek", "DeepSeek", "https://api.deepseek.com/v1", True, ("deepseek-chat", "deepseek-reasoner")),
    Preset("qwen", "Qwen (DashScope)", _ALIYUN, True, ("qwen-max", "qwen-plus", "qwen-flash")),
    Preset("moonshot", "Kimi (Moonshot)", "https://api.moonshot.cn/v1", True, ("kimi-k2-turbo-preview", "kimi-latest")),
    Preset("zhipu", "Zhipu GLM", "https://open.bigmodel.cn/api/paas/v4", True, ("glm-4.6", "glm-4.5-air")),
    Preset("doubao", "Doubao (Ark)", _ARK, True, ("doubao-seed-1-6-250615",)),
    Preset("siliconflow", "SiliconFlow", "https://api.siliconflow.cn/v1", True, ()),
    Preset("mistral", "Mistral", "https://api.mistral.ai/v1", True, ("mistral-large-latest", "mistral-small-latest")),
    Preset("groq", "Groq", "https://api.groq.com/openai/v1", True, ("llama-3.3-70b-versatile",)),
    Preset("openrouter", "OpenRouter", "https://openrouter.ai/api/v1", True, ("openrouter/auto",)),
    Preset("ollama", "Ollama", "http://127.0.0.1:11434/v1", False, ()),
    Preset("vllm", "vLLM", "http://127.0.0.1:8001/v1", False, ()),
    Preset("custom", "OpenAI-compatible", "", False, ()),
    Preset("simulator", "Simulator", "", False, ("simulated-chat", "simulated-reasoner", "simulated-instant")),
)


def preset_of(kind: str) -> Preset:
    """The preset of a kind."""
    return next(preset for preset in PRESETS if preset.kind == kind)
