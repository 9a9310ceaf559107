"""Presets: the providers we know, so that a new channel needs little more than a key."""

from dataclasses import dataclass

from guildhall.gateway.schemas import Kind


@dataclass(frozen=True)
class Preset:
    """What a new channel for one provider begins with."""

    kind: Kind
    name: str
    base_url: str
    needs_key: bool
    models: tuple[str, ...]

    @property
    def simulated(self) -> bool:
        """Whether no real model stands behind it."""
        return self.kind == "simulator"


PRESETS: tuple[Preset, ...] = (
    Preset("openai", "OpenAI", "https://api.openai.com/v1", True, ("gpt-5.1", "gpt-5-mini", "gpt-4.1")),
    Preset("deepseek", "DeepSeek", "https://api.deepseek.com/v1", True, ("deepseek-chat", "deepseek-reasoner")),
    Preset(
        "qwen",
        "Qwen (DashScope)",
        "https://dashscope.aliyuncs.com/compatible-mode/v1",
        True,
        ("qwen-max", "qwen-plus", "qwen-flash"),
    ),
    Preset("moonshot", "Kimi (Moonshot)", "https://api.moonshot.cn/v1", True, ("kimi-k2-turbo-preview", "kimi-latest")),
    Preset("zhipu", "Zhipu GLM", "https://open.bigmodel.cn/api/paas/v4", True, ("glm-4.6", "glm-4.5-air")),
    Preset("openrouter", "OpenRouter", "https://openrouter.ai/api/v1", True, ("openrouter/auto",)),
    Preset("ollama", "Ollama", "http://127.0.0.1:11434/v1", False, ()),
    Preset("vllm", "vLLM", "http://127.0.0.1:8001/v1", False, ()),
    Preset("custom", "OpenAI-compatible", "", False, ()),
    Preset("simulator", "Simulator", "", False, ("simulated-chat", "simulated-reasoner", "simulated-instant")),
)


def preset_of(kind: str) -> Preset:
    """The preset of a kind."""
    return next(preset for preset in PRESETS if preset.kind == kind)
