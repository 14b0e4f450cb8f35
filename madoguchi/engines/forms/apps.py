from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "madoguchi.engines.forms"
    label = "forms"

    def ready(self) -> None:
        from . import pack  # noqa: F401  it registers itself with the kernel
