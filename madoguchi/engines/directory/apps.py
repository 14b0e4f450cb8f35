from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "madoguchi.engines.directory"
    label = "directory"

    def ready(self) -> None:
        from . import jobs, pack, search  # noqa: F401  they register themselves with the kernel
