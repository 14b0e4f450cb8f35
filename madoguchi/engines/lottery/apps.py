from django.apps import AppConfig


class LotteryConfig(AppConfig):
    name = "madoguchi.engines.lottery"
    label = "lottery"

    def ready(self) -> None:
        from . import erasing, jobs  # noqa: F401  they register themselves
