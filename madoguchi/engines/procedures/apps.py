from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "madoguchi.engines.procedures"
    label = "procedures"

    def ready(self) -> None:
        from . import erasing, jobs, metrics, pack  # noqa: F401  they register themselves with the kernel
