from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "madoguchi.engines.knowledge"
    label = "knowledge"

    def ready(self) -> None:
        from . import pack, search  # noqa: F401  they register themselves with the kernel
