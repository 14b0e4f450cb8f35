from importlib import import_module

from django.apps import AppConfig


class SharedConfig(AppConfig):
    name = "madoguchi.faces.shared"
    label = "shared"

    def ready(self) -> None:
        import_module("madoguchi.faces.shared.jobs")
