from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "madoguchi.engines.documents"
    label = "documents"

    def ready(self) -> None:
        from .pack import take_part  # the door of packs opens when all apps are loaded

        take_part()
